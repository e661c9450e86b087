// SPDX-License-Identifier: Apache-2.0

/// Something in a configuration that cannot be done, or that will not do what its writer may think.
public struct ConfigurationProblem: Hashable, Sendable, CustomStringConvertible {
    public enum Severity: Hashable, Sendable {
        /// No container can be made of it.
        case error
        /// It is ignored, or taken for something else.
        case warning
    }

    public var severity: Severity
    public var path: JSONPath
    /// What is wrong, in the words of runc where it has some.
    public var message: String
    /// What to write instead.
    public var hint: String?

    public init(_ severity: Severity, at path: JSONPath, _ message: String, hint: String? = nil) {
        self.severity = severity
        self.path = path
        self.message = message
        self.hint = hint
    }

    /// `linux.namespaces[5]: duplicated namespace "pid", remove one of them`.
    public var description: String { "\(path): \(message)" + (hint.map { ", \($0)" } ?? "") }
}

/// Collects problems in the order of the document.
struct ProblemList {
    private(set) var problems: [ConfigurationProblem] = []

    /// Collects what `judge` finds below a member. Paths cost nothing where there is nothing to say.
    mutating func within(_ key: String, _ judge: (inout ProblemList) -> Void) {
        let first = problems.count
        judge(&self)
        for index in first..<problems.count { problems[index].path = problems[index].path.inside(.key(key)) }
    }

    /// Collects what `judge` finds in each element of the list at `key`.
    mutating func each<T>(_ key: String, _ elements: [T], _ judge: (T, inout ProblemList) -> Void) {
        for (position, element) in elements.enumerated() {
            let first = problems.count
            judge(element, &self)
            for index in first..<problems.count {
                problems[index].path = problems[index].path.inside(.index(position)).inside(.key(key))
            }
        }
    }

    mutating func error(_ path: JSONPath, _ message: String, hint: String? = nil) {
        problems.append(ConfigurationProblem(.error, at: path, message, hint: hint))
    }

    mutating func warning(_ path: JSONPath, _ message: String, hint: String? = nil) {
        problems.append(ConfigurationProblem(.warning, at: path, message, hint: hint))
    }
}
