// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Images

@Suite struct OwnerMapTests {
    @Test func ownersAreThoseOfTheOtherSide() {
        let map = OwnerMap(
            users: [.init(inside: 0, outside: 100_000, count: 65536)],
            groups: [.init(inside: 0, outside: 200_000, count: 10), .init(inside: 10, outside: 5, count: 1)])
        #expect(map.inside(user: 100_005, group: 200_003) == (5, 3))
        #expect(map.inside(user: 0, group: 5) == (OwnerMap.nobody, 10))
        #expect(map.outside(user: 5, group: 10).map { [$0.user, $0.group] } == [100_005, 5])
        #expect(map.outside(user: 70_000, group: 0) == nil)
        #expect(map.outside(user: 0, group: 11) == nil)
        #expect(OwnerMap.same.inside(user: 7, group: 8) == (7, 8))
        #expect(OwnerMap.same == .same && OwnerMap.same != map)
    }
}
