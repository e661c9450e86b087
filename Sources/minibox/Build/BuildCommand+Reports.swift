// SPDX-License-Identifier: Apache-2.0
internal import Builds
internal import Engine
internal import OCI

extension BuildCommand {
    /// Prints what `--call` asks for; nothing is built.
    static func report(
        _ call: Call, of request: BuildRequest, _ options: Options, _ engine: Engine
    ) throws -> Int32 {
        var source: DockerfileSource?
        let builder = Builder(engine: engine, request: request) { event in
            if case .read(let read) = event { source = read }
        }
        let isTable = options.format ?? .table == .table
        var code: Int32 = 0
        do throws(BuildError) {
            let text: String
            switch call {
            case .check:
                let report = try builder.check()
                text = isTable ? Self.text(of: report, in: source) : "\(json(of: report))\n"
                code = report.findings.isEmpty ? 0 : 1
            case .outline:
                let outline = try builder.outline()
                text = isTable ? Self.text(of: outline) : "\(json(of: outline))\n"
            case .targets, .build:
                let targets = try builder.targets()
                text = isTable ? Self.text(of: targets) : "\(json(of: targets))\n"
            }
            do { try Minibox.show(text) } catch { throw BuildError(.file, "cannot write", cause: error) }
        } catch {
            Minibox.complain(error.shown(in: source))
            return error.exitCode
        }
        return code
    }

    /// Each finding with its place, and how many there are.
    static func text(of report: CheckReport, in source: DockerfileSource?) -> String {
        var text = ""
        for finding in report.findings {
            text += (source.map(finding.excerpt) ?? "\(finding.rule.rawValue): \(finding.words)") + "\n\n"
        }
        switch report.findings.count {
        case 0: return "Checked: nothing found.\n"
        case 1: return text + "Checked: 1 warning found.\n"
        case let count: return text + "Checked: \(count) warnings found.\n"
        }
    }

    static func json(of report: CheckReport) -> JSON {
        let findings = report.findings.map { finding -> JSON in
            var object = JSON.Object([("Rule", .string(finding.rule.rawValue)), ("Words", .string(finding.words))])
            let places = finding.ranges.map { range -> JSON in
                .object(
                    JSON.Object([
                        ("Line", JSON(range.start.line)), ("Column", JSON(range.start.column)),
                        ("EndLine", JSON(range.end.line)), ("EndColumn", JSON(range.end.column)),
                    ]))
            }
            object["Places"] = .array(places)
            return .object(object)
        }
        return .object(JSON.Object([("Findings", .array(findings)), ("AreErrors", .bool(report.areErrors))]))
    }

    /// What the target takes, in tables; one that would be empty is left out.
    static func text(of outline: OutlineReport) -> String {
        var text = ""
        if !outline.target.isEmpty { text += "TARGET:       \(outline.target)\n" }
        if !outline.description.isEmpty { text += "DESCRIPTION:  \(cell(outline.description))\n" }
        if !outline.arguments.isEmpty {
            var table = Table(["BUILD ARG", "VALUE", "DESCRIPTION"])
            for argument in outline.arguments {
                table.add([argument.name, cell(argument.value ?? ""), cell(argument.description)])
            }
            text += (text.isEmpty ? "" : "\n") + table.text
        }
        for (title, demands) in [("SECRET", outline.secrets), ("SSH", outline.agents)] where !demands.isEmpty {
            var table = Table([title, "REQUIRED"])
            for demand in demands { table.add([demand.name, demand.isRequired ? "yes" : "no"]) }
            text += (text.isEmpty ? "" : "\n") + table.text
        }
        return text.isEmpty ? "It takes nothing.\n" : text
    }

    /// The stages, a row each.
    static func text(of targets: TargetsReport) -> String {
        var table = Table(["TARGET", "BASE", "DESCRIPTION"])
        for target in targets.targets {
            let name = target.isDefault ? (target.name.isEmpty ? "(default)" : "\(target.name) (default)") : target.name
            // One without a name in the middle is nobody's target.
            if name.isEmpty { continue }
            table.add([name, target.base, cell(target.description)])
        }
        return table.text
    }

    static func json(of outline: OutlineReport) -> JSON {
        func demands(_ demands: [OutlineReport.Demand]) -> JSON {
            .array(
                demands.map { demand in
                    .object(
                        JSON.Object([
                            ("Name", .string(demand.name)), ("Required", .bool(demand.isRequired)),
                            ("Line", JSON(demand.range.start.line)),
                        ]))
                })
        }
        let arguments = outline.arguments.map { argument -> JSON in
            .object(
                JSON.Object([
                    ("Name", .string(argument.name)), ("Value", argument.value.map(JSON.string) ?? .null),
                    ("Description", .string(argument.description)), ("Line", JSON(argument.range.start.line)),
                ]))
        }
        return .object(
            JSON.Object([
                ("Target", .string(outline.target)), ("Description", .string(outline.description)),
                ("Arguments", .array(arguments)), ("Secrets", demands(outline.secrets)),
                ("SSH", demands(outline.agents)),
            ]))
    }

    static func json(of targets: TargetsReport) -> JSON {
        .array(
            targets.targets.map { target in
                .object(
                    JSON.Object([
                        ("Name", .string(target.name)), ("Default", .bool(target.isDefault)),
                        ("Base", .string(target.base)), ("Platform", target.platform.map(JSON.string) ?? .null),
                        ("Description", .string(target.description)), ("Line", JSON(target.range.start.line)),
                    ]))
            })
    }
}
