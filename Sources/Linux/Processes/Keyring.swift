// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// The keys that a process possesses: keyrings(7).
public enum Keyring {
    /// Leaves the session keyring that was inherited, whose keys this process could read, for a new and empty one:
    /// keyctl(2), KEYCTL_JOIN_SESSION_KEYRING. A kernel without keys, and a user who may have no more keyrings, have
    /// nothing to leave or nothing to go to: the call is then left out, as other runtimes do.
    ///
    /// - Parameter name: what others join it by; one of that name that this process may search is joined. nil for one
    ///   that nobody else can join.
    public static func joinNewSession(named name: String? = nil) throws(SystemError) {
        do throws(SystemError) {
            guard let name else {
                try check("keyctl") { mb_join_new_session_keyring() }
                return
            }
            let key = try check("keyctl") { unsafe mb_join_session_keyring(name) }
            try letOwnersSearch(Int32(truncatingIfNeeded: key))
        } catch {
            guard error.errno == .noSystemCall || error.errno == .quota else { throw error }
        }
    }

    /// Whoever has the same user finds the keyring by its name, so that an exec shares it: `KEY_USR_SEARCH`.
    private static func letOwnersSearch(_ key: Int32) throws(SystemError) {
        var text = [CChar](repeating: 0, count: 512)
        let size = try check("keyctl") { unsafe mb_describe_key(key, &text, text.count) }
        // type;user;group;permissions in hexadecimal;name
        let fields = text.prefix(min(size, text.count)).map { UInt8(bitPattern: $0) }
            .split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard fields.count > 3, let permissions = UInt32(String(decoding: fields[3], as: UTF8.self), radix: 16) else {
            return
        }
        try check("keyctl") { mb_set_key_permissions(key, permissions | 0x8_0000) }
    }
}
