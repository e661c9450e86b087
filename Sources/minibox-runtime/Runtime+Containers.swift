// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension Runtime {
    /// The container that a word of the command line names, or those whose ids it matches, which may be none.
    func containers(_ word: String, isPattern: Bool) throws(RuntimeError) -> [ContainerID] {
        guard isPattern else { return [try ContainerID(word)] }
        guard let pattern = NamePattern(word) else {
            throw RuntimeError(.invalid, "'\(word)' is not a regular expression")
        }
        var found: [ContainerID] = []
        for id in try store.ids() where pattern.matches(id.text) { found.append(id) }
        return found
    }
}
