// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension VolumeMountArgument: RequestFormed {
    init(_ json: JSON) throws(RequestFormatError) {
        self.init(name: nil, target: try json.member("Target", ContainerPath.init(parsingTarget:)))
        try read(json)
    }

    mutating func exchange(with form: inout RequestForm) throws(RequestFormatError) {
        try form.word("Name", &name, VolumeName.init(parsing:))
        try form.word("Target", &target, ContainerPath.init(parsingTarget:))
        try form.flag("ReadOnly", &isReadOnly)
        var isNoCopy = !copiesImage
        try form.flag("NoCopy", &isNoCopy)
        copiesImage = !isNoCopy
        try form.text("Subpath", &subpath)
        try form.words("Labels", &labels, LabelArgument.init(parsing:))
        try form.words("Options", &options, VolumeOption.init(parsing:))
        try form.text("Mode", &mode)
    }
}

extension ImageMountArgument: RequestFormed {
    init(_ json: JSON) throws(RequestFormatError) {
        self.init(image: "", target: try json.member("Target", ContainerPath.init(parsingTarget:)))
        try read(json)
    }

    mutating func exchange(with form: inout RequestForm) throws(RequestFormatError) {
        try form.text("Image", &image)
        try form.word("Target", &target, ContainerPath.init(parsingTarget:))
        try form.text("Subpath", &subpath)
    }
}
