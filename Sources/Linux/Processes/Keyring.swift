// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// The keys that a process possesses: keyrings(7).
public enum Keyring {
    /// Leaves the session keyring that was inherited, whose keys this process could read, for a new and empty one:
    /// keyctl(2), KEYCTL_JOIN_SESSION_KEYRING. A kernel without keys, and a user who may have no more keyrings, have
    /// nothing to leave or nothing to go to: the call is then left out, as other runtimes do.
    public static func joinNewSession() throws(SystemError) {
        do throws(SystemError) {
            try check("keyctl") { mb_join_new_session_keyring() }
        } catch {
            guard error.errno == .noSystemCall || error.errno == .quota else { throw error }
        }
    }
}
