// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension CgroupConfiguration {
    init(path: String?, _ description: RuntimeConfiguration.LinuxConfiguration) throws(RuntimeError) {
        self.init(path: path)
    }
}
