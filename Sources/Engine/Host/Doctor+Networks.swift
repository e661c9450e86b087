// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Networks

extension Doctor {
    /// What networks are made of, tried in a network namespace that goes again.
    var networks: Finding {
        let isDefault: Bool
        if case .mode? = try? DefaultNetwork.choice() { isDefault = false } else { isDefault = true }
        if let lack = Self.lackOfNetworks() { return Self.networks(lacking: lack, isDefault: isDefault) }
        if !Self.canForward {
            return Self.networks(lacking: "net.ipv4.ip_forward is 0 and cannot be written", isDefault: isDefault)
        }
        return Finding("networks", "bridges, their ports and rules of nf_tables can be made")
    }

    static func networks(lacking lack: String, isDefault: Bool) -> Finding {
        Finding(
            "networks", isDefault ? .missing : .degraded, lack,
            costs: "containers and RUN start with --network none or host alone",
            remedy:
                "load the modules bridge, veth, nf_tables, nft_nat, nft_masq, nft_reject and nft_fib_inet; in a container of "
                + "another engine, give it --privileged; or set \(DefaultNetwork.variable)=none")
    }

    /// Why a container's network could not be made; nil where it could.
    private static func lackOfNetworks() -> String? {
        do throws(SystemError) {
            let pipe = try Pipe()
            switch try Process.clone(into: .network) {
            case .child:
                var words = ""
                do throws(NetworkError) { try NetworkProbe.tryOut() } catch { words = "\(error)" }
                try? pipe.writer.write(words)
                CurrentProcess.exitImmediately(words.isEmpty ? 0 : 1)
            case .parent(let process):
                let status = try process.wait()
                guard status.code != 0 else { return nil }
                let words = String(decoding: try pipe.reader.read(upTo: 4096), as: UTF8.self)
                return words.isEmpty ? "the trial ended with \(status.code)" : words
            }
        } catch {
            return "no network namespace: \(error)"
        }
    }

    /// Whether the machine passes packets on, or can be told to. To open the file changes nothing.
    private static var canForward: Bool {
        let path = "/proc/sys/net/ipv4/ip_forward"
        return text(of: path) == "1" || (try? Descriptor.open(path, .writeOnly)) != nil
    }
}
