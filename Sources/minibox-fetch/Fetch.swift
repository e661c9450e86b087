// SPDX-License-Identifier: Apache-2.0
import Linux
import NIOPosix
import OCI
import Registry

/// Speaks with registries for `minibox`, as a user of no rights who can write into one directory alone.
///
/// It reads a ``FetchSession`` and ``FetchRequest``s, a line each, from its standard input and writes ``FetchEvent``s to its
/// standard output. When its input ends, it does too, whatever is under way: what is half there is gone on from next time.
@main
struct Fetch {
    static func main() async {
        // Before there is a second thread: what confines the first confines those that it starts.
        let confinement = Confinement.enter()
        if CommandLine.arguments.dropFirst().first == "confinement" {
            var json = confinement.json
            if CommandLine.arguments.count == 4 {
                json["tries"] = Confinement.tries(
                    reading: CommandLine.arguments[2], writing: CommandLine.arguments[3])
            }
            print(json)
            return
        }
        guard CommandLine.arguments.count == 1 else {
            print("minibox-fetch is started by minibox, and reads what to do from its standard input")
            CurrentProcess.exitImmediately(2)
        }
        guard let output = EventOutput(), let input = LineInput() else { CurrentProcess.exitImmediately(1) }
        do {
            guard let line = try await input.next() else { CurrentProcess.exitImmediately(0) }
            let fetcher = Fetcher(try FetchSession(line: line), output)
            await withDiscardingTaskGroup { group in
                while let line = try? await input.next() {
                    do throws(WireError) {
                        let request = try FetchRequest(line: line)
                        group.addTask { await fetcher.perform(request) }
                    } catch {
                        output.write(FetchEvent(id: 0, .failed(FetchFailure(.badRequest, "\(error)"))))
                    }
                }
                // Not waiting for the others is what ending at once means.
                CurrentProcess.exitImmediately(0)
            }
        } catch {
            output.write(FetchEvent(id: 0, .failed(FetchFailure(.badRequest, "\(error)"))))
            CurrentProcess.exitImmediately(1)
        }
    }
}
