# SPDX-License-Identifier: Apache-2.0
# The tables of scripts/bench runtime. A line: WHAT|RUNTIME, burst median, p90, peak KiB, failures, then idle the same.
BEGIN {
    printf "%-24s %-12s %10s %8s %10s %8s %10s %s\n", "", "", "burst ms", "p90", "idle ms", "p90", "peak KiB", "failures"
}
{
    split($1, key, "|")
    printf "%-24s %-12s %10s %8s %10s %8s %10s %s\n", key[1] == last ? "" : key[1], key[2], $2, $3, $6, $7, $4, $5 + $9
    last = key[1]
    if ($5 + $9 == 0) { burst[$1] = $2; idle[$1] = $6; peak[$1] = $4 }
    if (key[2] ~ /^crun/ && !(key[2] in crun)) { crun[key[2]] = ++crun_count; crun_name[crun_count] = key[2] }
    if (key[2] ~ /^runc/) runc = key[2]
}
function verdict(what, is, of, most) {
    printf "%-62s %6.3f of at most %.3f  %s\n", what, is / of, most, is / of <= most ? "kept" : "MISSED"
}
function judge(row, other, most,    a, b) {
    a = row "|minibox"; b = row "|" other
    if (!(a in burst) || !(b in burst)) { printf "%-62s not judged: one of them was not measured\n", row " / " other; return }
    verdict(row " / " other, burst[a], burst[b], most)
    if (idle[a] != "-" && idle[b] != "-") verdict(row " / " other ", after idle", idle[a], idle[b], most)
}
END {
    print ""
    judge("run, Docker's profile", "floor", 1.4)
    judge("run, Docker's profile", runc, 0.2)
    for (i = 1; i <= crun_count; i++) {
        name = crun_name[i]
        judge("run, Docker's profile", name, 0.35)
        judge("run, plain bundle", name, 0.7)
        judge("create, start, delete", name, 0.4)
        judge("state", name, 0.5)
        judge("kill", name, 0.5)
        judge("delete what has ended", name, 0.5)
        judge("exec true", name, 0.4)
        judge("200, 8 at a time", name, 0.5)
        a = "run, Docker's profile|minibox"; b = "run, Docker's profile|" name
        if ((a in peak) && (b in peak)) verdict("peak memory of run / " name, peak[a], peak[b], 1.5)
    }
    a = "run, Docker's profile|minibox"; b = "run, no filter|minibox"
    if ((a in burst) && (b in burst))
        printf "%-62s %6.3f of at most +0.100 ms  %s\n", "the filter, from the cache", burst[a] - burst[b], \
            burst[a] - burst[b] <= 0.1 ? "kept" : "MISSED"
}
