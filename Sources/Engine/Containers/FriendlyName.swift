// SPDX-License-Identifier: Apache-2.0

/// Names for containers that were given none: two words that are easy to say and to type.
enum FriendlyName {
    private static let manners = [
        "bold", "brisk", "calm", "clever", "crisp", "eager", "fair", "fleet", "fond", "gentle", "glad", "keen", "kind",
        "light", "lively", "lucid", "merry", "mild", "neat", "nimble", "plain", "proud", "quick", "quiet", "ready",
        "sharp", "sound", "spry", "steady", "sunny", "swift", "tidy", "warm", "wise", "witty", "zesty",
    ]
    private static let animals = [
        "badger", "beaver", "bison", "crane", "curlew", "dipper", "dormouse", "egret", "ermine", "falcon", "finch",
        "gannet", "hare", "heron", "ibex", "jackdaw", "kestrel", "lapwing", "linnet", "lynx", "marten", "mole", "newt",
        "otter", "owl", "pika", "plover", "quail", "raven", "robin", "shrew", "siskin", "stoat", "swallow", "tern",
        "vole", "wagtail", "wren",
    ]

    /// A name that follows from the id, another one at each attempt; from the fourth on it ends in a number.
    static func name(for id: String, attempt: Int) -> String {
        var seed = attempt &* 7919
        for byte in id.utf8.prefix(16) { seed = seed &* 31 &+ Int(byte) }
        let place = seed & Int.max
        let words = manners[place % manners.count] + "_" + animals[place / manners.count % animals.count]
        return attempt < 4 ? words : words + String(place % 9973)
    }
}
