#!/bin/sh
# sh install.sh [FOLDER]: installs into FOLDER, ~/perfbatch unless it is named. No network, no administrator.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 2
files=$here/files
folder=${1:-$HOME/perfbatch}
case $folder in /*) ;; *) folder=$PWD/$folder ;; esac
wanted=@PYTHON@
archive=@ARCHIVE@
sum=@SHA256@

stop() {
    echo "$1" >&2
    if [ -t 0 ]; then
        printf '\n按回车键关闭。'
        read -r _
    fi
    exit 2
}
fits() {
    "$1" -I -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != sys.argv[1])' "$wanted" 2>/dev/null
}

[ -f "$files/install.py" ] || stop "安装包不完整：没有 files 文件夹。请把压缩包整个解压后，再运行其中的 install.sh。"
python=
if [ -n "$archive" ]; then
    echo "核对 $archive"
    echo "SHA-256 $sum"
    echo "$sum  $files/$archive" | sha256sum -c --status - 2>/dev/null ||
        stop "安装包里的 Python（$archive）已损坏或不是原来的。请重新拷贝、重新解压整个压缩包后再安装。"
    own=$folder/python-$(printf '%.8s' "$sum")
    if [ ! -f "$own/.whole" ]; then
        rm -rf -- "$own.part" "$own"
        mkdir -p -- "$own.part" && tar -xzf "$files/$archive" -C "$own.part" && : >"$own.part/.whole" &&
            mv -- "$own.part" "$own" || stop "没有能解开 $archive 到 $folder：请看上面的原因（磁盘满、没有权限）。"
    fi
    for one in "$own/bin/python$wanted" "$own"/*/bin/python"$wanted" "$own"/*/*/bin/python"$wanted"; do
        [ -x "$one" ] && fits "$one" && python=$one && break
    done
    [ -n "$python" ] || stop "$archive 里没有能在这台电脑上运行的 Python $wanted。请向做安装包的人换一个。"
else
    for one in "python$wanted" python3 python; do
        found=$(command -v "$one") && fits "$found" && python=$found && break
    done
    [ -n "$python" ] || stop "这台电脑上没有 Python $wanted，这个安装包里也没有带。请安装 Python $wanted，或者向做安装包的人要一个带 Python 的（PYTHON_ARCHIVE）。"
fi
"$python" -I -X utf8 "$files/install.py" install "$folder"
status=$?
if [ -t 0 ]; then
    printf '\n按回车键关闭。'
    read -r _
fi
exit "$status"
