#!/bin/sh
# Folders of forms are dropped on the desktop entry that calls this file, or named after it at a terminal.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 2
python=$here/app/bin/python
[ -x "$python" ] || python=$here/../../.venv/bin/python
if [ -x "$python" ]; then
    PERFBATCH_HOME=$here "$python" -I -X utf8 -m perfbatch.desktop "$@"
    status=$?
else
    status=2
    echo "没有找到核验程序，什么也没有做。" >&2
    echo "本文件要和安装时建立的 app 文件夹放在一起。请运行安装包里的 install.sh 重新安装，再用桌面上的“核验”。" >&2
fi
case $status in
0 | 1 | 3) ;;
*) echo "没有完成：结束状态 $status，原因见上面的字。没有打开任何结果；结果文件夹里若有“汇总.xlsx”，是以前的。" >&2 ;;
esac
if [ -t 0 ]; then
    printf '\n按回车键关闭。'
    read -r _
fi
exit "$status"
