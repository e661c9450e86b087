// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Networks

extension ContainerSupervisor {
    /// Waits for somebody to take rules away, where the container is on a network: `systemctl restart nftables` flushes all
    /// there are. Without it the walls would stay open until the next command that starts a container.
    mutating func watchWalls() {
        guard wallsWatch == nil, record?.endpoints.isEmpty == false else { return }
        // A kernel that tells nobody is no reason to stop a container.
        guard let watch = try? NetfilterWatch() else { return }
        do throws(SystemError) { try queue.add(watch.descriptor, as: Token.walls, .reading) } catch { return }
        wallsWatch = consume watch
    }

    /// Makes the rules anew where ours are among what was taken away. Of many supervisors the first one does it.
    mutating func restoreWalls() {
        switch wallsWatch {
        case .some(let watch): watch.drain()
        case nil: return
        }
        do throws(NetworkError) {
            if try engine.networks.restoreWalls(), let record {
                engine.record(event: .container(record, "walls", attributes: ["restored": "true"]))
            }
        } catch {
            // The next command that starts a container says what is wrong.
            return
        }
    }
}
