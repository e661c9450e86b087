// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension ContainerInspection {
    /// `HostConfig`: what the host gives and takes, as docker writes it. What is docker's for other systems is left out.
    func hostConfiguration(_ request: ContainerRequest) -> JSON {
        var object = JSON.Object()
        object["Binds"] = mounts.contains { $0.kind != .image } ? JSON(binds) : .null
        object["ContainerIDFile"] = .string(request.cidFile ?? "")
        let options = request.log.options.map { ($0.key.rawValue, JSON.string($0.value)) }
        object["LogConfig"] = [
            "Type": .string(request.log.driver.rawValue), "Config": .object(JSON.Object(options)),
        ]
        object["NetworkMode"] = .string(request.network.description)
        object["PortBindings"] = request.ports.asked
        object["RestartPolicy"] = Self.restart(request.restart)
        object["AutoRemove"] = .bool(request.removesItself)
        object["VolumeDriver"] = ""
        object["VolumesFrom"] = .null
        if !request.annotations.isEmpty {
            object["Annotations"] = .object(JSON.Object(request.annotations.map { ($0.key, .string($0.value)) }))
        }
        object["CapAdd"] = Self.capabilities(request.addedCapabilities)
        object["CapDrop"] = Self.capabilities(request.droppedCapabilities)
        object["CgroupnsMode"] = .string(request.cgroupNamespace.description)
        object["Dns"] = .array(request.names.servers.map { .string("\($0)") })
        object["DnsOptions"] = .array(request.names.options.map(JSON.string))
        object["DnsSearch"] = .array(request.names.searches.map(JSON.string))
        object["ExtraHosts"] = Self.texts(request.names.hosts)
        object["GroupAdd"] = Self.texts(request.additionalGroups)
        object["IpcMode"] = .string(request.ipc.description)
        object["Cgroup"] = ""
        object["Links"] = Self.texts(request.names.links)
        object["OomScoreAdj"] = JSON(request.oomScore?.score ?? 0)
        object["PidMode"] = Self.mode(request.pid)
        object["Privileged"] = .bool(request.isPrivileged)
        object["PublishAllPorts"] = .bool(request.publishesAll)
        object["ReadonlyRootfs"] = .bool(request.isReadOnly)
        if let role = request.taskRole { object["TaskRole"] = .string("\(role)") }
        if request.allowsSensitive { object["AllowSensitive"] = true }
        if !request.storage.isEmpty {
            object["StorageOpt"] = .object(JSON.Object(request.storage.map { ($0.key, .string($0.value)) }))
        }
        object["SecurityOpt"] = Self.texts(request.securityOptions)
        object["UTSMode"] = Self.mode(request.uts)
        object["UsernsMode"] = .string(request.userNamespace.description)
        object["ShmSize"] = JSON(request.sharedMemory.bytes)
        object["Runtime"] = "minibox"
        if !request.tmpfs.isEmpty {
            object["Tmpfs"] = .object(
                JSON.Object(request.tmpfs.map { ($0.target.description, .string($0.writtenOptions)) }))
        }
        if !request.sysctls.isEmpty {
            object["Sysctls"] = .object(JSON.Object(request.sysctls.map { ($0.key, .string($0.value)) }))
        }
        if request.hasInit { object["Init"] = true }
        add(request.limits, to: &object)
        object["Devices"] = .array(
            request.devices.map { device in
                [
                    "PathOnHost": .string(device.source), "PathInContainer": .string(device.target.description),
                    "CgroupPermissions": .string(device.access.letters),
                ]
            })
        object["DeviceCgroupRules"] = request.deviceRules.isEmpty ? .null : Self.texts(request.deviceRules)
        object["DeviceRequests"] = .null
        object["Ulimits"] = .array(
            request.ulimits.map { limit in
                // -1 for no limit, as docker writes it.
                func number(_ value: UInt64) -> JSON { value == .max ? -1 : JSON(value) }
                return [
                    "Name": .string(limit.resource.description), "Hard": number(limit.limit.hard),
                    "Soft": number(limit.limit.soft),
                ]
            })
        let paths = request.kernelPaths(processors: ProcessorCount.present())
        object["MaskedPaths"] = JSON(paths.masked)
        object["ReadonlyPaths"] = JSON(paths.readOnly)
        return .object(object)
    }

    private func add(_ limits: LimitRequest, to object: inout JSON.Object) {
        object["CpuShares"] = JSON(limits.cpuShares?.shares ?? 0)
        object["Memory"] = JSON(limits.memory?.bytes ?? 0)
        object["NanoCpus"] = JSON(limits.cpus?.nanoCPUs ?? 0)
        object["CgroupParent"] = .string(limits.cgroupParent?.description ?? "")
        for (key, rates) in [
            ("BlkioDeviceReadBps", limits.readBytes), ("BlkioDeviceWriteBps", limits.writeBytes),
            ("BlkioDeviceReadIOps", limits.readOperations), ("BlkioDeviceWriteIOps", limits.writeOperations),
        ] {
            object[key] = .array(rates.map { ["Path": .string($0.path), "Rate": JSON($0.rate)] })
        }
        object["CpuPeriod"] = JSON(limits.cpuPeriod?.microseconds ?? 0)
        object["CpuQuota"] =
            switch limits.cpuQuota {
            case nil: 0
            case .unlimited?: -1
            case .microseconds(let quota)?: JSON(quota)
            }
        object["CpusetCpus"] = .string(limits.cpuSet?.description ?? "")
        object["CpusetMems"] = .string(limits.memoryNodes?.description ?? "")
        object["BlkioWeight"] = JSON(UInt64(limits.blockWeight?.weight ?? 0))
        object["MemoryReservation"] = JSON(limits.memoryReservation?.bytes ?? 0)
        object["MemorySwap"] =
            switch limits.memoryAndSwap {
            case nil: 0
            case .unlimited?: -1
            case .bytes(let bytes)?: JSON(bytes)
            }
        object["PidsLimit"] =
            switch limits.processes {
            case nil: .null
            case .unlimited?: -1
            case .processes(let count)?: JSON(count)
            }
    }

    /// `SOURCE:TARGET[:OPTIONS]` of each bind and volume.
    private var binds: [String] {
        mounts.filter { $0.kind != .image }.map { mount in
            let options = [mount.isWritable ? "" : "ro", mount.propagation == "rprivate" ? "" : mount.propagation]
            return "\(mount.kind == .volume ? mount.name : mount.source):\(mount.destination)"
                + options.filter { !$0.isEmpty }.enumerated().map { ($0 == 0 ? ":" : ",") + $1 }.joined()
        }
    }

    /// What it shows that outlives it; of one that was never started, what was asked.
    var mounts: [MountPoint] {
        if !record.mounts.isEmpty { return record.mounts }
        return (request?.binds ?? []).map { bind in
            var mount = MountPoint(
                kind: .bind, source: bind.source.description, destination: bind.target.description)
            mount.isWritable = !bind.isReadOnly
            mount.propagation = (bind.isRecursive ? "r" : "") + bind.propagation.rawValue
            return mount
        }
    }

    /// Docker's word for one of its own is none.
    private static func mode(_ mode: NamespaceMode) -> JSON { .string(mode == .private ? "" : mode.description) }

    private static func texts(_ values: [some CustomStringConvertible]) -> JSON {
        values.isEmpty ? .null : .array(values.map { .string($0.description) })
    }

    private static func capabilities(_ arguments: [CapabilityArgument]) -> JSON {
        let names = arguments.flatMap { $0.isAll ? ["ALL"] : $0.capabilities.memberNames }
        return names.isEmpty ? .null : JSON(names)
    }

    private static func restart(_ policy: RestartPolicy) -> JSON {
        switch policy {
        case .no: ["Name": "no", "MaximumRetryCount": 0]
        case .always: ["Name": "always", "MaximumRetryCount": 0]
        case .unlessStopped: ["Name": "unless-stopped", "MaximumRetryCount": 0]
        case .onFailure(let most): ["Name": "on-failure", "MaximumRetryCount": JSON(most ?? 0)]
        }
    }
}
