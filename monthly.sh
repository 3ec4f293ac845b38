#!/bin/sh
# 月度核验，供定时任务（cron）和 make monthly 用：一个月一个文件夹，一季（一年）一份历史。用法见 docs/monthly.md。
#
#   MONTH=2022-03 INPUT=/数据/报送 /路径/perfbatch/monthly.sh [perfbatch run 的其他选项]
#
# MONTH    月份，写成 2022-03（必须）              INPUT    报送的文件夹或文件（必须）
# OUT      结果放在哪里，不写为本文件夹的 out      HISTORY  历史，不写为 OUT/history.sqlite；perfbatch.toml 里写了的，从它
# ROSTER   应报名单                                TARGETS  批复的绩效目标（文件或文件夹）
# REVIEW   审核人填写过的汇总.xlsx，不写为 OUT 里上一个月的
# NOTICES  1 为写通知和催报函，0 为不写            DEADLINE 整改期限，写成 2022-04-10；写了就写通知
#
# 结束状态就是 perfbatch run 的（0 完成，1 有文件没有处理，2 没有做，3 有 --fail-on 的问题；128 以上为被中断），
# 同时写在 OUT/MONTH/status 里。
set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
perfbatch=${PERFBATCH:-$here/.venv/bin/perfbatch}
# 不写的，从本文件夹的 perfbatch.toml 里找
PERFBATCH_HOME=${PERFBATCH_HOME:-$here}
export PERFBATCH_HOME
MONTH=${MONTH:-} INPUT=${INPUT:-} OUT=${OUT:-$here/out} HISTORY=${HISTORY:-} REVIEW=${REVIEW:-}
ROSTER=${ROSTER:-} TARGETS=${TARGETS:-} NOTICES=${NOTICES:-} DEADLINE=${DEADLINE:-}

fail() {
    printf '错误：%s\n' "$1" >&2
    end 2
}

folder=
end() {
    if [ -n "$folder" ] && printf '%s\n' "$1" >"$folder/.status.part" 2>/dev/null; then
        mv -f -- "$folder/.status.part" "$folder/status"
    fi
    exit "$1"
}

case $MONTH in
[0-9][0-9][0-9][0-9]-0[1-9] | [0-9][0-9][0-9][0-9]-1[0-2]) ;;
'') fail "请写明月份，例如：make monthly MONTH=2022-03 INPUT=报送" ;;
*) fail "月份应写成 2022-03 这样（年-月），现在是“$MONTH”。" ;;
esac
[ -n "$INPUT" ] || fail "请写明报送的文件夹，例如：make monthly MONTH=$MONTH INPUT=报送"
case $INPUT in -*) INPUT=./$INPUT ;; esac
case $OUT in -*) OUT=./$OUT ;; esac
case $NOTICES in
'' | 0 | no | off | 否) ;;
*) NOTICES=1 ;;
esac

mkdir -p -- "$OUT/$MONTH" || fail "不能建立结果文件夹“$OUT/$MONTH”，请检查 OUT 和权限。"
folder=$OUT/$MONTH
# 上一次的状态不能留着：这一次被断电打断时，没有 status 就是没有做完。
rm -f -- "$folder/status" || fail "不能写入结果文件夹“$folder”，请检查权限。"
[ -w "$folder" ] || fail "不能写入结果文件夹“$folder”，请检查权限。"
[ -x "$perfbatch" ] || fail "没有找到 $perfbatch，请先在 $here 里运行 make setup。"
[ -e "$INPUT" ] || case $INPUT in
*://*) ;;
*) fail "报送的文件夹“$INPUT”不存在，请检查 INPUT。" ;;
esac

# 在其他选项（"$@"）之前放上变量写明的：后写的为准。
set -- --output "$folder" --period "$MONTH" "$@"
if [ -z "$HISTORY" ] && "$perfbatch" config show 2>/dev/null | grep -q '^history = —'; then
    HISTORY=$OUT/history.sqlite
fi
[ -z "$HISTORY" ] || set -- --history "$HISTORY" "$@"
if [ -z "$REVIEW" ]; then
    # 审核意见写在上一个月的汇总.xlsx 里：没有它，新的一个月就不知道。
    for earlier in "$OUT"/[0-9][0-9][0-9][0-9]-[0-9][0-9]/汇总.xlsx; do
        name=${earlier%/*}
        name=${name##*/}
        [ -f "$earlier" ] && [ "$(printf '%s\n' "$name" "$MONTH" | LC_ALL=C sort | head -n 1)" = "$name" ] &&
            [ "$name" != "$MONTH" ] && REVIEW=$earlier
    done
fi
[ -z "$REVIEW" ] || set -- --review "$REVIEW" "$@"
[ -z "$ROSTER" ] || set -- --roster "$ROSTER" "$@"
[ -z "$TARGETS" ] || set -- --targets "$TARGETS" "$@"
[ -z "$DEADLINE" ] || set -- --deadline "$DEADLINE" "$@"
if [ "$NOTICES" = 1 ] || { [ -z "$NOTICES" ] && [ -n "$DEADLINE" ]; }; then
    set -- --notices "$@"
elif [ -n "$NOTICES" ]; then
    set -- --no-notices "$@"
fi

# 被要求结束时，等 perfbatch 收拾完，记下它的状态。
child=
for signal in INT TERM HUP; do
    # shellcheck disable=SC2064
    trap "[ -z \"\$child\" ] || kill -s $signal \"\$child\" 2>/dev/null" "$signal"
done
"$perfbatch" run "$@" -- "$INPUT" &
child=$!
wait "$child"
status=$?
while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    status=$?
done
end "$status"
