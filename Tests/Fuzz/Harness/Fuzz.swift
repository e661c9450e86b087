// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What reads bytes that others wrote. Each has a folder of inputs below `Tests/Fuzz/corpus`.
private let targets: [String: @Sendable ([UInt8]) -> Void] = [
    "dockerfile": fuzzDockerfile, "dockerignore": fuzzIgnoreFile, "tar": fuzzArchive,
    "image-configuration": fuzzImageConfiguration, "mount-options": fuzzMountOptions,
    "runtime-arguments": fuzzRuntimeArguments, "runtime-configuration": fuzzRuntimeConfiguration,
    "process": fuzzProcess, "resources": fuzzResources, "id-map": fuzzIDMap, "kernel-words": fuzzKernelWords,
    "seccomp": fuzzSeccomp, "cgroup-path": fuzzCgroupPath, "template": fuzzTemplate,
    "registry": fuzzRegistry,
    "compression": fuzzCompression, "image-reference": fuzzImageReference, "image-manifest": fuzzImageManifest,
    "docker-list": fuzzDockerList, "layout": fuzzLayout,
    "netlink": fuzzNetlink, "network-words": fuzzNetworkWords, "names": fuzzNames,
]

/// The one that `FUZZ_TARGET` names.
private let target: @Sendable ([UInt8]) -> Void = {
    let name = unsafe getenv("FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = targets[name] else {
        print("fuzz: FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: ", "))")
        exit(2)
    }
    return target
}()

/// Called by libFuzzer for each input (llvm.org/docs/LibFuzzer.html).
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    target(unsafe Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}

/// Ends the program where something that always holds does not.
func expect(_ holds: Bool, _ words: @autoclosure () -> String) {
    if !holds { fatalError(words()) }
}
