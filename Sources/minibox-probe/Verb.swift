// SPDX-License-Identifier: Apache-2.0
internal import CProbe

/// What can be tried.
@safe struct Verb {
    /// Takes the words after the verb, and tells the exit code.
    typealias Attempt = (Int32, UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Int32

    let name: StaticString
    let attempt: Attempt

    static var all: [Verb] {
        unsafe [
            Verb(name: "reach", attempt: { unsafe probe_reach($0, $1) }),
            Verb(name: "open", attempt: { unsafe probe_open($0, $1) }),
            Verb(name: "read", attempt: { unsafe probe_read($0, $1) }),
            Verb(name: "stat", attempt: { unsafe probe_stat($0, $1) }),
            Verb(name: "mount", attempt: { unsafe probe_mount($0, $1) }),
            Verb(name: "fds", attempt: { unsafe probe_fds($0, $1) }),
            Verb(name: "resid", attempt: { unsafe probe_resid($0, $1) }),
            Verb(name: "fill", attempt: { unsafe probe_fill($0, $1) }),
            Verb(name: "pids", attempt: { unsafe probe_pids($0, $1) }),
            Verb(name: "status", attempt: { unsafe probe_status($0, $1) }),
            Verb(name: "signal", attempt: { unsafe probe_signal($0, $1) }),
            Verb(name: "ptr", attempt: { unsafe probe_ptr($0, $1) }),
            Verb(name: "exes", attempt: { unsafe probe_exes($0, $1) }),
            Verb(name: "suid-id", attempt: { unsafe probe_suid_id($0, $1) }),
            Verb(name: "shmget", attempt: { unsafe probe_shmget($0, $1) }),
            Verb(name: "shmput", attempt: { unsafe probe_shmput($0, $1) }),
            Verb(name: "keyget", attempt: { unsafe probe_keyget($0, $1) }),
            Verb(name: "keyput", attempt: { unsafe probe_keyput($0, $1) }),
            Verb(name: "psi-send", attempt: { unsafe probe_psi_send($0, $1) }),
            Verb(name: "psi-recv", attempt: { unsafe probe_psi_recv($0, $1) }),
            Verb(name: "touch", attempt: { unsafe probe_touch($0, $1) }),
            Verb(name: "pty-send", attempt: { unsafe probe_pty_send($0, $1) }),
            Verb(name: "pty-recv", attempt: { unsafe probe_pty_recv($0, $1) }),
            Verb(name: "abserve", attempt: { unsafe probe_abserve($0, $1) }),
            Verb(name: "abcli", attempt: { unsafe probe_abcli($0, $1) }),
            Verb(name: "userve", attempt: { unsafe probe_userve($0, $1) }),
            Verb(name: "uc", attempt: { unsafe probe_uc($0, $1) }),
            Verb(name: "fd-hand", attempt: { unsafe probe_fd_hand($0, $1) }),
            Verb(name: "fd-take", attempt: { unsafe probe_fd_take($0, $1) }),
            Verb(name: "tserve", attempt: { unsafe probe_tserve($0, $1) }),
            Verb(name: "tcli", attempt: { unsafe probe_tcli($0, $1) }),
            Verb(name: "arp", attempt: { unsafe probe_arp($0, $1) }),
            Verb(name: "listeners", attempt: { unsafe probe_listeners($0, $1) }),
            Verb(name: "chrootesc", attempt: { unsafe probe_chrootesc($0, $1) }),
            Verb(name: "shocker", attempt: { unsafe probe_shocker($0, $1) }),
            Verb(name: "userns", attempt: { unsafe probe_userns($0, $1) }),
            Verb(name: "uring", attempt: { unsafe probe_uring($0, $1) }),
            Verb(name: "sti", attempt: { unsafe probe_sti($0, $1) }),
            Verb(name: "release-agent", attempt: { unsafe probe_release_agent($0, $1) }),
            Verb(name: "forks", attempt: { unsafe probe_forks($0, $1) }),
            Verb(name: "mem", attempt: { unsafe probe_mem($0, $1) }),
            Verb(name: "burn", attempt: { unsafe probe_burn($0, $1) }),
            Verb(name: "aff", attempt: { unsafe probe_aff($0, $1) }),
        ]
    }

    static func find(_ name: UnsafePointer<CChar>) -> Attempt? {
        for verb in all where unsafe matches(verb.name, name) { return unsafe verb.attempt }
        return nil
    }

    private static func matches(_ name: StaticString, _ word: UnsafePointer<CChar>) -> Bool {
        // A static string ends with a zero byte.
        unsafe strcmp(UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self), word) == 0
    }
}
