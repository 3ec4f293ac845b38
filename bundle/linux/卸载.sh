#!/bin/sh
# Removes what install.sh put here; perfbatch.toml, results and whatever else lies here stay.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 2
if [ ! -f "$here/installed.json" ] || [ ! -d "$here/app" ]; then
    echo "$here 里没有安装本程序，什么也没有动。" >&2
    exit 2
fi
if [ -t 0 ]; then
    printf '卸载 %s 里的核验程序？输入 y 再按回车：' "$here"
    read -r answer
    case $answer in [yY]) ;; *) echo "没有卸载。"; exit 2 ;; esac
fi
"$here/app/bin/python" -I -X utf8 "$here/app/install.py" remove "$here"
rm -rf -- "$here/app" "$here/app.old"
for one in "$here"/python-*; do
    [ -f "$one/.whole" ] && rm -rf -- "$one"
done
rm -f -- "$here/installed.json" "$here/installed.json.part" "$here/核验.sh" "$here/卸载.sh"
cd / && rmdir -- "$here" 2>/dev/null
exit 0
