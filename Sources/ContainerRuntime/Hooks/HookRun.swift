// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// A program that runs at one point of a container's life: "POSIX-platform Hooks" of the runtime specification.
public struct HookRun: Hashable, Sendable {
    /// The points, by their names in a bundle.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case prestart, createRuntime, createContainer, startContainer, poststart, poststop

        /// What the container is at that point.
        var status: String {
            switch self {
            case .prestart, .createRuntime, .createContainer: "creating"
            case .startContainer: "created"
            case .poststart: "running"
            case .poststop: "stopped"
            }
        }

        /// Whether the container's own process is what starts it.
        var isInside: Bool { self == .createContainer || self == .startContainer }
    }

    public var kind: Kind
    /// Its place in the bundle's list, from 0.
    public var index: Int
    /// Absolute: of the host, for ``Kind/startContainer`` of the container.
    public var path: String
    /// With its own name first; where there are none, the path is.
    public var arguments: [String]
    /// All that it gets: neither the runtime's variables nor those of the container's program, which the image chooses
    /// and which would decide what the host's loader puts into a program of the host's (CVE-2024-0132, CVE-2025-23266).
    public var environment: [String]
    /// In seconds; nil waits for ever.
    public var timeout: Int?
    /// What it reads.
    public var state: HookState

    public init(
        _ kind: Kind, index: Int, path: String, arguments: [String] = [], environment: [String] = [],
        timeout: Int? = nil, state: HookState
    ) {
        self.kind = kind
        self.index = index
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.timeout = timeout
        self.state = state
    }
}

/// What a hook is told of its container, beside the status and the process: "State" of the runtime specification.
public struct HookState: Hashable, Sendable {
    public var version: String
    public var id: String
    /// Absolute.
    public var bundle: String
    public var annotations: [String: String]

    public init(version: String, id: String, bundle: String, annotations: [String: String]) {
        self.version = version
        self.id = id
        self.bundle = bundle
        self.annotations = annotations
    }

    /// - Parameter process: as the host numbers it; nil where it is gone.
    func json(status: String, process: Int32?) -> JSON {
        var members: [(String, JSON)] = [
            ("ociVersion", .string(version)), ("id", .string(id)), ("status", .string(status)),
            ("pid", JSON(process ?? 0)), ("bundle", .string(bundle)),
        ]
        if !annotations.isEmpty {
            members.append(
                (
                    "annotations",
                    .object(JSON.Object(annotations.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
                ))
        }
        return .object(JSON.Object(members))
    }
}

extension HookRun {
    /// Runs the hook and waits for its end. One that ends with a code, or takes longer than its time, is a failure, whose
    /// words have the end of what it wrote.
    ///
    /// It begins in the bundle, or in the container where its own process starts it, never in a directory that the
    /// container's configuration names for its program.
    /// - Parameter process: the container's, as the host numbers it; nil where it is gone.
    public func run(process: Int32?) throws(StepError) {
        var program = HostProgram(path, [], environment: environment)
        if !arguments.isEmpty { program.arguments = arguments }
        let state = state.json(status: kind.status, process: process).bytes()
        let result: RunningProgram.Result?
        // The runtime's own mask is 0 while it makes a container; what a hook makes on the host is not everybody's.
        let mask = CurrentProcess.setFileModeMask(0o022)
        if mask != 0 || kind == .startContainer { CurrentProcess.setFileModeMask(mask) }
        defer { CurrentProcess.setFileModeMask(mask) }
        do throws(SystemError) {
            let directory = try Descriptor.open(kind == .startContainer ? "." : self.state.bundle, [.path, .directory])
            result = try program.start(in: directory, input: state)
                .finish(limit: 65_536, within: timeout.map { $0 * 1000 } ?? -1)
        } catch {
            throw StepError(cause: error, detail: "error running \(kind.rawValue) hook #\(index): \(path)")
        }
        guard let result else {
            throw failure("it did not end within \(timeout ?? 0) s and was killed")
        }
        switch result.status {
        case .exited(0): return
        case .exited(let code): throw failure("exit status \(code)", result)
        case .signaled(let signal): throw failure("signal: \(signal)", result)
        }
    }

    private func failure(_ reason: String, _ result: RunningProgram.Result? = nil) -> StepError {
        let written =
            result.map { ", stdout: \(Self.tail($0.output)), stderr: \(Self.tail($0.error))" } ?? ""
        return StepError(
            cause: nil, detail: "error running \(kind.rawValue) hook #\(index): \(path): \(reason)\(written)")
    }

    /// The last of what was written, on one line.
    private static func tail(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.suffix(400), as: UTF8.self)
        return text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }
            .map { String(String.UnicodeScalarView($0)) }.joined(separator: " / ")
    }
}
