import Delta
import Files
import TestSupport
import Testing

@Suite struct DeletionVectorTests {
  /// The example of Delta's PROTOCOL.md, "JSON Example 3 — Inline".
  static let example = DeletionVector(
    storageType: "i", pathOrInline: "wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L",
    byteCount: 40, cardinality: 6)

  private func deleted(_ vector: DeletionVector, below limit: Int = 1000) throws -> [Int] {
    switch try vector.deletedRows(inTable: "/nowhere").remainder(of: 0..<limit) {
    case .all: []
    case .none: Array(0..<limit)
    case .some(let kept): Set(0..<limit).subtracting(kept.map(Int.init)).sorted()
    }
  }

  /// The same rows in the form that writers of today use.
  static let portable = DeletionVector(
    storageType: "i", pathOrInline: "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L",
    byteCount: 44, cardinality: 6)

  @Test func `the protocol's example takes out the rows that the protocol says`() throws {
    #expect(try deleted(Self.example) == [3, 4, 7, 11, 18, 29])
    #expect(try deleted(Self.portable) == [3, 4, 7, 11, 18, 29])
    let rows = try Self.example.deletedRows(inTable: "/nowhere")
    #expect(rows.last == 29)
    #expect(rows.remainder(of: 0..<3) == .all)
    #expect(rows.remainder(of: 3..<5) == .none)
    #expect(rows.remainder(of: 3..<8) == .some([2, 3]))
    #expect(rows.remainder(of: 30..<1_000_000) == .all)
    #expect(rows.remainder(of: 29..<29) == .all)
  }

  @Test func `rows beyond four thousand million, and several containers of each kind`() throws {
    let far = try DeletionVector(
      storageType: "i",
      pathOrInline:
        "^Bg9^0@@r30000000000iXQKl0rr91000005c8Xg0rrc20025l0003100000000Mg000f50@@r3iXQKl0rr910rr915c8XgA1J6I",
      byteCount: 78, cardinality: 3
    ).deletedRows(inTable: "/nowhere")
    #expect(far.remainder(of: 0..<3) == .some([0, 2]))
    #expect(far.remainder(of: 1 << 32..<1 << 32 + 7) == .some([0, 1, 2, 3, 4, 6]))
    #expect(far.remainder(of: 2 << 32..<2 << 32 + 70_000) == .all)
    #expect(far.last == 3 << 32 + 70_000)
    let old = try DeletionVector(
      storageType: "i",
      pathOrInline: "^9>0=0@@r3000005=.[iiXQKl0rr91000005c8Xg2(>Or0025l0003100000000Mg000r9",
      byteCount: 56, cardinality: 2
    ).deletedRows(inTable: "/nowhere")
    #expect(old.remainder(of: 0..<20) == .all)
    #expect(old.remainder(of: 1 << 32 + 8..<1 << 32 + 10) == .some([0]))
    #expect(old.last == 2 << 32 + 9)
    let mixed = DeletionVector(
      storageType: "i",
      pathOrInline:
        "^Bg9^0rr910000000000j1{^q6-Xkz0096100icP00ri300AoD04!fJ05BPP05T-R06peX06HqZ009610aM0l0096105jDN0098P%04Hz",
      byteCount: 83, cardinality: 188)
    let expected =
      Array(0..<100) + [65_543] + Array(131_072..<131_122) + [196_608]
      + Array(327_644..<327_680)
    #expect(try deleted(mixed, below: 400_000) == expected)
  }

  @Test func `a file is found by its UUID, a prefix is a folder`() throws {
    let scratch = try Scratch()
    let uuid = "d2c639aa-8816-431a-aaf6-d3fe2512ff61"
    for (folder, prefix) in [("", ""), ("ab/", "ab")] {
      let name = "\(folder)deletion_vector_\(uuid).bin"
      try scratch.file(name, "x")
      var vector = Self.example
      vector.storageType = "u"
      vector.pathOrInline = prefix + "^-aqEH.-t@S}K{vb[*k^"
      #expect(try vector.file(inTable: scratch.path) == Path.join(scratch.path, name))
      vector.storageType = "p"
      vector.pathOrInline = "file://" + Path.join(scratch.path, name)
      #expect(try vector.file(inTable: scratch.path) == Path.join(scratch.path, name))
    }
  }

  @Test(arguments: [
    ("u", "short"), ("u", "../../^-aqEH.-t@S}K{vb[*k^"), ("u", "~~~~~~~~~~~~~~~~~~~~"),
    ("p", "/etc/passwd"), ("p", "s3://bucket/x.bin"), ("x", "y"), ("i", "wi5b"), ("i", "#####"),
    ("i", "wi5b=00001"), ("u", "^-aqEH.-t@S}K{vb[*k^"),
  ])
  func `a vector that is elsewhere, missing or no vector is an error`(type: String, path: String) {
    let vector = DeletionVector(
      storageType: type, pathOrInline: path, byteCount: 40, cardinality: 6)
    #expect {
      try vector.deletedRows(inTable: "/tmp")
    } throws: { $0 is FormatError || $0 is FileError }
  }

  @Test func `another number of rows than the log says is an error`() {
    var vector = Self.example
    vector.cardinality = 7
    let error = #expect(throws: FormatError.self) { try vector.deletedRows(inTable: "/nowhere") }
    #expect(error?.message.contains("7 rows, but it takes out 6") == true)
    vector.byteCount = 1 << 40
    #expect(throws: FormatError.self) { try vector.deletedRows(inTable: "/nowhere") }
  }

  @Test(arguments: 0..<400) func `random damage never traps`(seed: Int) {
    var random = SplitMix64(seed: seed)
    let example = seed % 2 == 0 ? Self.example : Self.portable
    var text = Array(example.pathOrInline.utf8)
    let alphabet = Array("0123456789abcdefgzAZ.-:+=^!/*?&<>()[]{}@%$#".utf8)
    for _ in 0...(seed % 5) {
      text[Int.random(in: 0..<text.count, using: &random)] =
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
    }
    var vector = example
    vector.pathOrInline = String(decoding: text, as: UTF8.self)
    vector.cardinality = -1
    let error = #expect(throws: FormatError.self) { try vector.deletedRows(inTable: "/nowhere") }
    // What is no vector stays none; of one the message ends with its number of rows.
    guard let count = error?.message.split(separator: " ").dropLast().last.flatMap({ Int64($0) })
    else { return }
    vector.cardinality = count
    guard let rows = try? vector.deletedRows(inTable: "/nowhere"), let last = rows.last else {
      return
    }
    #expect(rows.count == count)
    #expect(rows.remainder(of: last..<last + 1) == .none)
    #expect(rows.remainder(of: last + 1..<last + 100_000) == .all)
    _ = rows.remainder(of: 0..<200_000)
  }
}
