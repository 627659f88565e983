import Columns
import Testing

@Suite struct FNV1aTests {
  // Test vectors of draft-eastlake-fnv, appendix C.
  @Test(
    arguments: [
      ("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8),
    ] as [(String, UInt64)])
  func `texts have the published hashes`(text: String, hash: UInt64) {
    var ofText = FNV1a()
    ofText.add(text)
    #expect(ofText.value == hash)
    var ofBytes = FNV1a()
    ofBytes.add(Array(text.utf8))
    #expect(ofBytes.value == hash)
  }
}
