// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
public import OCI

/// A container as docker's `inspect` shows it: of the record, of what was asked, and of the image.
struct ContainerInspection {
    let record: ContainerRecord
    /// nil of a record of an older version, which has none.
    let request: ContainerRequest?
    /// nil where the image is no more.
    let image: ImageConfiguration.Execution?
    let places: Engine.Places
    let size: (own: Int64, whole: Int64)?

    var json: JSON {
        var object = JSON.Object()
        object["Id"] = .string(record.id)
        object["Created"] = .string(record.created)
        object["Path"] = .string(record.command.first ?? "")
        object["Args"] = JSON(Array(record.command.dropFirst()))
        object["State"] = state
        object["Image"] = .string(record.imageID)
        object["ResolvConfPath"] = .string(ownFile("resolv.conf"))
        object["HostnamePath"] = .string(ownFile("hostname"))
        object["HostsPath"] = .string(ownFile("hosts"))
        object["LogPath"] = .string(hasLog ? "\(directory)/log/\(LogFiles.current)" : "")
        // Docker's names begin with a slash.
        object["Name"] = .string("/" + record.name)
        object["RestartCount"] = JSON(record.restarts)
        object["Driver"] = "overlay2"
        object["Platform"] = "linux"
        for key in ["MountLabel", "ProcessLabel"] { object[key] = "" }
        object["AppArmorProfile"] = .string(request?.appArmorProfile ?? "")
        object["ExecIDs"] = .null
        object["HostConfig"] = request.map(hostConfiguration) ?? [:]
        object["GraphDriver"] = [
            "Name": "overlay2",
            "Data": ["UpperDir": .string(directory + "/upper"), "WorkDir": .string(directory + "/work")],
        ]
        if let size {
            object["SizeRw"] = .integer(size.own)
            object["SizeRootFs"] = .integer(size.whole)
        }
        object["Mounts"] = .array(mounts.map(\.inspection))
        object["Config"] = configuration
        object["NetworkSettings"] = networks
        object["Minibox"] = own
        return .object(object)
    }

    private var directory: String { "\(places.root)/containers/\(record.id)" }

    /// A file that is there while the container runs.
    private func ownFile(_ name: String) -> String {
        if case .running = record.state { "\(places.runRoot)/containers/\(record.id)/\(name)" } else { "" }
    }

    private var hasLog: Bool { request?.log.driver == .jsonFile }

    private var state: JSON {
        // Go's zero of a moment.
        let never = "0001-01-01T00:00:00Z"
        var (process, code, outOfMemory) = (Int32(0), Int32(0), false)
        var (started, finished) = (record.started.isEmpty ? never : record.started, never)
        var (isRunning, isRestarting) = (false, false)
        switch record.state {
        case .created: break
        case .running(let id, _, let since): (isRunning, process, started) = (true, id, since)
        case .exited(let last, let end, let used): (code, finished, outOfMemory) = (last, end, used)
        case .restarting(let last, let end):
            (isRunning, isRestarting, code, finished) = (true, true, last, end)
        }
        var object: JSON = [
            "Status": .string(record.word), "Running": .bool(isRunning), "Paused": .bool(record.isPaused),
            "Restarting": .bool(isRestarting), "OOMKilled": .bool(outOfMemory), "Dead": false, "Pid": JSON(process),
            "ExitCode": JSON(code), "Error": .string(record.error), "StartedAt": .string(started),
            "FinishedAt": .string(finished),
        ]
        if record.health != .null, var members = object.object {
            members["Health"] = record.health
            object = .object(members)
        }
        return object
    }

    /// What the container has of networks now: its interfaces, the loopback, or another's.
    private var networks: JSON {
        let none: JSON = ""
        let ends = record.isLive ? record.endpoints : []
        let name = record.networkName
        var all = JSON.Object(ends.map { ($0.network, endpoint($0)) })
        // A joined network is another container's to show.
        if ends.isEmpty, !name.hasPrefix("container:") { all[name] = endpoint(nil) }
        // Docker's older members tell of the built-in network alone.
        let first = endpoint(ends.first { $0.network == "bridge" })
        var settings: JSON = [
            "Bridge": none, "SandboxID": none, "SandboxKey": none, "Ports": record.isLive ? ports : [:],
        ]
        for key in ["EndpointID", "Gateway", "IPAddress", "IPPrefixLen", "MacAddress"] { settings[key] = first[key] }
        settings["Networks"] = .object(all)
        return settings
    }

    /// The ports that it listens on, of the image and of its line.
    var exposedPorts: [String] { request?.exposedPorts(of: image).map(\.inside) ?? image?.exposedPorts ?? [] }

    /// Those of them that the host leads to, and after them those that nothing leads to.
    private var ports: JSON {
        var all = record.published.json.object ?? JSON.Object()
        for port in exposedPorts where all[port] == nil { all[port] = .null }
        return .object(all)
    }

    /// What the container has of one network; nil for one that is not there now.
    private func endpoint(_ end: NetworkEndpoint?) -> JSON {
        let none: JSON = ""
        let (v4, v6) = (end?.address(.v4), end?.address(.v6))
        func text(_ value: (some CustomStringConvertible)?) -> JSON { value.map { .string($0.description) } ?? none }
        let names = end.map { [record.name] + $0.aliases + [String(record.id.prefix(12))] }
        return [
            "IPAMConfig": .null, "Links": .null,
            "Aliases": end.map { $0.aliases.isEmpty ? .null : .array($0.aliases.map(JSON.string)) } ?? .null,
            "MacAddress": text(end?.hardwareAddress), "NetworkID": text(end?.networkID),
            "EndpointID": text(end?.hostInterface), "Gateway": text(end?.gateway(.v4)), "IPAddress": text(v4?.address),
            "IPPrefixLen": JSON(v4?.length ?? 0), "IPv6Gateway": text(end?.gateway(.v6)),
            "GlobalIPv6Address": text(v6?.address), "GlobalIPv6PrefixLen": JSON(v6?.length ?? 0),
            "DNSNames": names.map { .array($0.map(JSON.string)) } ?? .null,
        ]
    }

    /// What docker has no place for.
    private var own: JSON {
        var object = JSON.Object([("ImageName", .string(record.image)), ("Stopped", .bool(record.wasStopped))])
        if case .running(_, let start, _) = record.state { object["StartTime"] = JSON(start) }
        object["Details"] = record.details
        return .object(object)
    }
}

extension Engine {
    /// The container that `text` names, as docker's `inspect` shows it; `Minibox` has what docker has no place for.
    ///
    /// - Parameter withSize: also what its files take, for which all of them are looked at.
    public func inspection(of text: String, withSize: Bool) throws(EngineError) -> JSON {
        let record = settled(try inspect(text))
        let request: ContainerRequest?
        do throws(RequestFormatError) {
            request = record.request.isNull ? nil : try ContainerRequest(record.request)
        } catch {
            throw EngineError(.store, "the record of the container \(record.name) is damaged", cause: error)
        }
        return ContainerInspection(
            record: record, request: request,
            image: (try? images().resolve(record.imageID))?.configuration.execution, places: places,
            size: withSize ? try sizes(of: [record])[record.id] : nil
        ).json
    }
}
