// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import OCI

extension TagCommand {
    /// Gives an image another name.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        try globals.engine.images().tag(options.image, as: try ImageReference(options.name))
        return 0
    }
}
