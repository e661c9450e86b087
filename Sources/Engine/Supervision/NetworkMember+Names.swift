// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Names
internal import Networks

extension NetworkMember where Self: ~Copyable {
    func hostname(_ request: ContainerRequest) -> String {
        request.hostname?.description ?? String(containerID.prefix(12))
    }

    /// Changes lines of the container's `/etc/hosts`, and leaves alone what its programs have written there. The file is one
    /// that is mounted, so that it is written over and not replaced.
    func changeHosts(_ change: ([String]) -> [String]) {
        guard let file = try? runDirectory().open("hosts", [.readWrite, .noFollow]), let bytes = try? file.readAll()
        else { return }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        var kept = lines
        if kept.last?.isEmpty == true { kept.removeLast() }
        let changed = change(kept).map { $0 + "\n" }.joined()
        write(Array(changed.utf8), over: file, of: bytes.count)
    }

    private func write(_ bytes: [UInt8], over file: borrowing Descriptor, of length: Int) {
        do throws(SystemError) {
            try file.write(bytes, at: 0)
            if bytes.count < length { try file.truncate(to: Int64(bytes.count)) }
        } catch { return }
    }

    /// Answers by the networks that there are now, and lets the container know whom to ask.
    mutating func refreshNames(_ request: ContainerRequest) throws(NetworkError) {
        guard let record, let process = processID else { return }
        let text = Array(request.resolverText(record.endpoints).utf8)
        if let file = try? runDirectory().open("resolv.conf", [.readWrite, .noFollow]), let bytes = try? file.readAll(),
            // What its programs have put there instead stays.
            bytes == Array(self.request.resolverText(formerEndpoints).utf8)
        {
            write(text, over: file, of: bytes.count)
        }
        formerEndpoints = record.endpoints
        let setting = engine.nameSetting(of: record.name, record.endpoints, request)
        guard record.endpoints.contains(where: \.hasNames) else {
            names?.stop()
            names = nil
            return
        }
        if let names { return names.change(to: NameAnswers(setting)) }
        do throws(SystemError) {
            var made = Started(process: try Process(opening: process), streams: DescriptorTable())
            try made.streams.listenForNames(
                at: NameSetting.address, in: NamespaceFile(at: "/proc/\(process)/ns/net", kind: .network).take())
            names = try engine.nameService(of: &made, record.name, record.endpoints, request)
            if let names { try listen(to: names) }
        } catch {
            throw NetworkError(
                .kernel, containerName, "cannot answer the questions of \(containerName) about names", cause: error)
        }
    }

    /// Lets others know the container by the name that it has now.
    mutating func renote() {
        guard processID != nil, let record else { return }
        let guest = NetworkGuest(
            id: containerID, name: containerName, hostname: request.hostname, domainName: request.domainName)
        for endpoint in record.endpoints where endpoint.hasNames {
            let claim = NameClaim(addresses: endpoint.addresses.map(\.address), names: guest.names(endpoint.aliases))
            try? engine.networks.note(
                claim.text, of: containerID, in: endpoint.networkID, files: &claims.names)
        }
    }
}
