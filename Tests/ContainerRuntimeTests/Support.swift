// SPDX-License-Identifier: Apache-2.0
import Linux

@testable import ContainerRuntime

/// The default capabilities, on the oldest kernel that is supported.
func standardRules(_ bounding: CapabilitySet = ContainerCapabilities.standard) -> SeccompRules {
    SeccompProfile.standard.rules(bounding: bounding, kernel: KernelVersion(5, 19), native: .amd64)
}

/// What `filter` does with a call, by its name.
func answer(
    _ filter: SeccompFilter, _ name: String, _ arguments: [UInt64] = [], on architecture: SeccompArchitecture = .amd64
) -> SeccompAction? {
    guard case .number(let number) = architecture.number(of: name) else { return nil }
    return filter.answer(to: SystemCall(number, arguments, on: architecture))?.action
}
