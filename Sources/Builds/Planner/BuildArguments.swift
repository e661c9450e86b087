// SPDX-License-Identifier: Apache-2.0
internal import OCI
internal import Words

/// Arguments that are there for all of a build: those of the command line, those that describe the platforms, and
/// those of ARG in front of the first FROM.
struct BuildArguments {
    /// `--build-arg`, whether or not the Dockerfile has an ARG for it.
    let given: [String: String]
    /// What FROM sees, and what an ARG without a value takes its own from.
    private(set) var globals = Environment()
    /// The ARGs in front of the first FROM, the last of a name.
    private(set) var declared: [String: DeclaredArgument] = [:]

    /// These two steer what is scanned for packages, and are no variables of any step.
    static let notInEnvironment: Set<String> = ["BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"]

    /// - Parameter targetStage: the target's name, or of none `default`.
    init(_ options: PlanOptions, targetStage: String) {
        var given: [String: String] = [:]
        for (name, value) in options.arguments { given[name] = value }
        self.given = given
        let platform = PlatformName.normalized(options.machine)
        for side in ["BUILD", "TARGET"] {
            for (name, value) in [
                ("PLATFORM", "\(platform)"), ("OS", platform.os), ("OSVERSION", ""), ("ARCH", platform.architecture),
                ("VARIANT", platform.variant ?? ""),
            ] {
                set(side + name, to: value)
            }
        }
        set("TARGETSTAGE", to: targetStage)
    }

    private mutating func set(_ name: String, to value: String) { globals.set(name, to: given[name] ?? value) }

    /// Carries an ARG in front of the first FROM out.
    mutating func declare(_ instruction: Instruction, escape: Character) throws(BuildError) {
        guard case .arg(let declarations) = instruction.body else { return }
        for declaration in declarations {
            var record = DeclaredArgument(name: declaration.name, instruction: instruction)
            if let value = given[declaration.name] {
                record.value = value
            } else if let text = declaration.value {
                let globals = globals
                do {
                    let expansion = try VariableExpander(escape: escape) { globals[$0] }.expand(text)
                    record.value = expansion.text
                    record.needs = expansion.used.filter { $0 != declaration.name }
                    // `ARG a=$a` goes on with what the one before needed.
                    if expansion.used.contains(declaration.name) {
                        record.needs += declared[declaration.name]?.needs ?? []
                    }
                } catch {
                    throw BuildError(.syntax, "\(error)", at: instruction.range)
                }
            }
            if let value = record.value { globals.set(declaration.name, to: value) }
            declared[declaration.name] = record
        }
    }

    /// What names a FROM may have meant.
    func nearest(to name: String) -> String? {
        nearestWord(to: name, among: globals.names + declared.keys.sorted())
    }

    /// `SOURCE_DATE_EPOCH` of the command line or of a global ARG; nil where it is not set or empty.
    func epoch() throws(BuildError) -> Int64? {
        let name = "SOURCE_DATE_EPOCH"
        guard let text = given[name] ?? globals[name], !text.isEmpty else { return nil }
        guard let seconds = Int64(text), (-62_135_596_800...253_402_300_799).contains(seconds) else {
            let words = "\(name) is \"\(text)\": write the seconds since 1970-01-01, as git log -1 --format=%ct does"
            throw BuildError(.invalid, words, at: given[name] == nil ? declared[name]?.instruction.range : nil)
        }
        return seconds
    }

    /// Proxies of the command line, for every RUN, in either case; they are in no image and no cache key.
    var proxies: [String] {
        var result: [String] = []
        for name in ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"] {
            // Upper case first, so that lower case counts, which most programs look at.
            let written = given.keys.sorted().last { $0.lowercased() == name }
            guard let written, let value = given[written], !value.isEmpty else { continue }
            result += ["\(name.uppercased())=\(value)", "\(name)=\(value)"]
        }
        return result
    }
}

/// An ARG, for the outline.
struct DeclaredArgument {
    var name: String
    var instruction: Instruction
    var value: String?
    /// The names that its default has.
    var needs: [String] = []
}
