// SPDX-License-Identifier: Apache-2.0

/// What a target takes from whoever builds it: `--call=outline`.
public struct OutlineReport: Hashable, Sendable {
    /// An ARG that the target or a stage that it needs uses, with the value that this build gives it.
    public struct Argument: Hashable, Sendable {
        public var name: String
        public var value: String?
        /// From the comment `# NAME text` above ARG.
        public var description: String
        public var range: SourceRange
    }
    /// A secret or an agent that a mount asks for.
    public struct Demand: Hashable, Sendable {
        public var name: String
        public var isRequired: Bool
        /// Of the RUN.
        public var range: SourceRange
    }
    /// The target's name; empty where it has none.
    public var target: String
    public var description: String
    /// All three as they come in the Dockerfile, each name once.
    public var arguments: [Argument]
    public var secrets: [Demand]
    public var agents: [Demand]
}

extension BuildPlanner {
    /// What the target asks for. Images are looked up as for a plan, since their triggers can ask for more.
    public func outline() throws(BuildError) -> OutlineReport {
        let planned = try planned()
        let target = planned.graph.drafts[planned.target]
        var result = OutlineReport(
            target: target.name ?? "",
            description: target.name.flatMap { target.instruction.description(of: $0) } ?? "",
            arguments: [], secrets: [], agents: [])
        // The target first, then those that it needs: of two ARGs of a name the target's is the one to know.
        var seen: Set<String> = []
        var secrets: [StageOutline.Demand] = []
        var agents: [StageOutline.Demand] = []
        for index in try planned.graph.order(from: [planned.target]).reversed() {
            let outline = planned.outlines[index] ?? StageOutline()
            for record in planned.arguments(of: index, outline) where seen.insert(record.name).inserted {
                result.arguments.append(
                    OutlineReport.Argument(
                        name: record.name, value: record.value,
                        description: record.instruction.description(of: record.name) ?? "",
                        range: record.instruction.range))
            }
            secrets += outline.secrets
            agents += outline.agents
        }
        result.secrets = OutlineReport.Demand.each(secrets)
        result.agents = OutlineReport.Demand.each(agents)
        result.arguments.sort { ($0.range.start, $0.name) < ($1.range.start, $1.name) }
        result.secrets.sort { ($0.range.start, $0.name) < ($1.range.start, $1.name) }
        result.agents.sort { ($0.range.start, $0.name) < ($1.range.start, $1.name) }
        return result
    }
}

extension Planned {
    /// The ARGs that a stage and its FROM use, and those that their defaults are made of.
    fileprivate func arguments(of index: Int, _ outline: StageOutline) -> [DeclaredArgument] {
        var result: [DeclaredArgument] = []
        var names = graph.drafts[index].usedArguments + outline.used
        var seen: Set<String> = []
        while let name = names.popLast() {
            guard seen.insert(name).inserted else { continue }
            guard let record = outline.arguments[name] ?? arguments.declared[name] else { continue }
            result.append(record)
            names += record.needs
        }
        return result
    }
}

extension OutlineReport.Demand {
    /// Each name once: where it is first, and required where any asks for it so.
    fileprivate static func each(_ demands: [StageOutline.Demand]) -> [Self] {
        var places: [String: Int] = [:]
        var result: [Self] = []
        for demand in demands {
            if let place = places[demand.name] {
                result[place].isRequired = result[place].isRequired || demand.isRequired
            } else {
                places[demand.name] = result.count
                result.append(Self(name: demand.name, isRequired: demand.isRequired, range: demand.range))
            }
        }
        return result
    }
}
