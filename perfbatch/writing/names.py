"""Names of what a run leaves: a contract with the programs and people that read it."""

SUMMARY = "汇总.xlsx"
REPORT = "报告.html"
COPIES = "批注"
DATA = "数据"
NOTICES = "通知"
PACKAGES = "分发"
WATCH_LOG = "监看.log"
