// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension CopyTarget {
    /// Who `text`, `USER[:GROUP]` by names or numbers, is in the tree's own `/etc/passwd` and `/etc/group`.
    ///
    /// BuildKit gives what is owned by somebody unknown to root, without a word; here it is an error. With `isLink` the
    /// tree is empty, and what it is stacked on later may not matter, so there are no names.
    func owner(named text: String, flag: String, isLink: Bool) throws(BuildError) -> UserDatabase.FileOwner {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            .map { String($0) ?? "" }
        let database: UserDatabase
        do throws(SystemError) {
            database = UserDatabase(users: try contents(of: "etc/passwd"), groups: try contents(of: "etc/group"))
        } catch {
            throw BuildError(.file, "cannot read /etc/passwd and /etc/group of the stage", cause: error)
        }
        do {
            return try database.owner(user: parts[0], group: parts.count > 1 ? parts[1] : nil)
        } catch {
            let advice =
                isLink
                ? "with --link the files below are not looked at: write the numbers"
                : "make it in an earlier RUN, or write the number"
            throw BuildError(.missing, "\(flag)=\(text): \(isLink ? "" : "\(error) of the stage: ")\(advice)")
        }
    }
}
