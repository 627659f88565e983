import Columns
import Files
import Parquet
import Testing
import TestSupport

extension HandmadeFile {
  /// Opens the file and hands it to `body`.
  func open<Result>(_ body: (ParquetFile) throws -> Result) throws -> Result {
    let scratch = try ScratchDirectory()
    return try body(try ParquetFile(try scratch.write(bytes, "made.parquet")))
  }

  /// All rows, read in batches of that size.
  func rows(batchSize: Int = 1000) throws -> [[Value]] {
    try open { try RoundTripTests.rows(of: $0, batchSize: batchSize) }
  }

  /// What reading says of a file that is refused, without its path.
  func refusal() throws -> String {
    let scratch = try ScratchDirectory()
    let path = try scratch.write(bytes, "made.parquet")
    do {
      let file = try ParquetFile(path)
      _ = try RoundTripTests.rows(of: file, batchSize: 1000)
    } catch let error as FormatError {
      return (error.place.map { "\($0): " } ?? "") + error.message
    }
    return "no error"
  }
}

/// How groups, lists and maps of all ages become ROW, ARRAY and MAP.
struct SchemaShapeTests {
  @Test func `field ids are kept at each level, and found`() throws {
    let file = HandmadeFile(
      [
        .leaf("a", .required, .int32, fieldID: 7),
        .group("r", .required, fieldID: 3, [.leaf("x", .required, .int32, fieldID: 12)]),
        .group(
          "l", .required, converted: 3, fieldID: 4,
          [.group("list", .repeated, [.leaf("element", .required, .int32, fieldID: 20)])]),
        .leaf("none", .required, .int32),
      ], [])
    try file.open { file in
      #expect(
        file.fieldIDs == [
          ParquetFieldIDs(7), ParquetFieldIDs(3, [ParquetFieldIDs(12)]),
          ParquetFieldIDs(4, [ParquetFieldIDs(20)]), ParquetFieldIDs(nil),
        ])
      #expect(file.position(ofFieldID: 3) == 1)
      #expect(file.position(ofFieldID: 12) == nil)
      #expect(file.fieldIDs[1].position(of: 12) == 0)
    }
  }

  /// Rows [1, 2], [], NULL, [3] of a list whose element is required.
  private static let lists = (
    repetitions: [0, 1, 0, 0, 0], definitions: [2, 2, 1, 0, 2], values: plain([Int32(1), 2, 3])
  )
  private static let listRows: [[Value]] = [
    [.array([.int64(1), .int64(2)])], [.array([])], [.null], [.array([.int64(3)])],
  ]

  private static func listFile(_ node: HandmadeNode, version: Int = 1) -> HandmadeFile {
    HandmadeFile(
      node, rows: 4,
      [
        version == 1
          ? .v1(
            5, lists.values, repetitions: lists.repetitions, definitions: lists.definitions,
            maxDefinition: 2)
          : .v2(
            5, lists.values, rows: 4, repetitions: lists.repetitions,
            definitions: lists.definitions, maxDefinition: 2)
      ])
  }

  @Test(arguments: [1, 2])
  func `a list of three levels is an ARRAY`(version: Int) throws {
    let file = SchemaShapeTests.listFile(
      .group(
        "l", .optional, converted: 3,
        [.group("list", .repeated, [.leaf("element", .required, .int32)])]), version: version)
    for size in [1, 3, 100] {
      #expect(try file.rows(batchSize: size) == SchemaShapeTests.listRows)
    }
  }

  @Test func `a list of two levels is an ARRAY of its repeated field`() throws {
    let file = SchemaShapeTests.listFile(
      .group("l", .optional, converted: 3, [.leaf("array", .repeated, .int32)]))
    #expect(try file.rows() == SchemaShapeTests.listRows)
  }

  @Test(arguments: ["array", "l_tuple"])
  func `a group of one field in a list of old is the element when it is named so`(
    name: String
  ) throws {
    let file = SchemaShapeTests.listFile(
      .group(
        "l", .optional, logical: .structure([3: .empty]),
        [.group(name, .repeated, [.leaf("x", .required, .int32)])]))
    try file.open {
      #expect(
        $0.schema[0].type == .array(.row([RowField(name: "x", type: .integer)])))
    }
    #expect(try file.rows()[0] == [.array([.row([.int64(1)]), .row([.int64(2)])])])
  }

  @Test func `a list of two levels of lists of two levels is an ARRAY of ARRAYs`() throws {
    // [[1, 2], []], [[3]]
    let file = HandmadeFile(
      .group(
        "a", .optional, converted: 3,
        [.group("array", .repeated, converted: 3, [.leaf("array", .repeated, .int32)])]),
      rows: 2,
      [
        .v1(
          4, plain([Int32(1), 2, 3]), repetitions: [0, 2, 1, 0], definitions: [3, 3, 2, 3],
          maxRepetition: 2, maxDefinition: 3)
      ])
    #expect(
      try file.rows() == [
        [.array([.array([.int64(1), .int64(2)]), .array([])])],
        [.array([.array([.int64(3)])])],
      ])
  }

  @Test func `a repeated field without annotation is an ARRAY that is never NULL`() throws {
    let file = HandmadeFile(
      .leaf("n", .repeated, .int32), rows: 3,
      [.v1(4, plain([Int32(1), 2, 3]), repetitions: [0, 1, 0, 0], definitions: [1, 1, 0, 1])])
    #expect(
      try file.rows() == [
        [.array([.int64(1), .int64(2)])], [.array([])], [.array([.int64(3)])],
      ])
  }

  @Test func `a repeated group without annotation is an ARRAY of ROWs`() throws {
    // phones: NULL; {phone: []}; {phone: [{number 5, kind NULL}, {number 6, kind 'home'}]}
    var file = HandmadeFile(
      [
        .group(
          "phones", .optional,
          [
            .group(
              "phone", .repeated,
              [
                .leaf("number", .required, .int64),
                .leaf("kind", .optional, .byteArray, converted: 0),
              ])
          ])
      ], [])
    file.groups = [
      HandmadeGroup(
        rows: 3,
        [
          HandmadeChunk([
            .v1(
              4, plain([Int64(5), 6]), repetitions: [0, 0, 0, 1], definitions: [0, 1, 2, 2],
              maxDefinition: 2)
          ]),
          HandmadeChunk([
            .v1(
              4, plain(["home"]), repetitions: [0, 0, 0, 1], definitions: [0, 1, 2, 3],
              maxDefinition: 3)
          ]),
        ])
    ]
    #expect(
      try file.rows() == [
        [.null], [.row([.array([])])],
        [
          .row([.array([.row([.int64(5), .null]), .row([.int64(6), .text("home")])])])
        ],
      ])
  }

  private static func map(
    key: HandmadeNode, value: HandmadeNode?, outer: Int = 1, inner: Int? = nil
  ) -> HandmadeNode {
    .group(
      "m", .required, converted: outer,
      [.group("key_value", .repeated, converted: inner, [key] + (value.map { [$0] } ?? []))])
  }

  @Test(arguments: [(1, 2), (2, nil), (1, nil)])
  func `maps by any annotation are MAPs`(outer: Int, inner: Int?) throws {
    let file = HandmadeFile(
      [
        SchemaShapeTests.map(
          key: .leaf("key", .required, .byteArray, converted: 0),
          value: .leaf("value", .optional, .int32), outer: outer, inner: inner)
      ],
      [
        HandmadeGroup(
          rows: 2,
          [
            HandmadeChunk([
              .v1(3, plain(["a", "b"]), repetitions: [0, 1, 0], definitions: [1, 1, 0])
            ]),
            HandmadeChunk([
              .v1(
                3, plain([Int32(7)]), repetitions: [0, 1, 0], definitions: [2, 1, 0],
                maxDefinition: 2)
            ]),
          ])
      ])
    #expect(
      try file.rows() == [
        [
          .map([
            MapEntry(key: .text("a"), value: .int64(7)), MapEntry(key: .text("b"), value: .null),
          ])
        ],
        [.map([])],
      ])
  }

  @Test func `keys may be ROWs`() throws {
    let numbers = (0..<2).map { column in
      HandmadeChunk([
        .v1(3, plain([Int32(column), 2, 3]), repetitions: [0, 1, 0], definitions: [1, 1, 1])
      ])
    }
    let file = HandmadeFile(
      [
        SchemaShapeTests.map(
          key: .group("key", .required, [.leaf("x", .required, .int32)]),
          value: .leaf("value", .required, .int32))
      ], [HandmadeGroup(rows: 2, numbers)])
    #expect(
      try file.rows() == [
        [
          .map([
            MapEntry(key: .row([.int64(0)]), value: .int64(1)),
            MapEntry(key: .row([.int64(2)]), value: .int64(2)),
          ])
        ],
        [.map([MapEntry(key: .row([.int64(3)]), value: .int64(3))])],
      ])
  }

  @Test func `keys that the schema calls optional are read`() throws {
    let file = HandmadeFile(
      [
        SchemaShapeTests.map(
          key: .leaf("key", .optional, .int32), value: .leaf("value", .optional, .int32))
      ],
      [
        HandmadeGroup(
          rows: 1,
          (0..<2).map { _ in
            HandmadeChunk([
              .v1(
                2, plain([Int32(1), 2]), repetitions: [0, 1], definitions: [2, 2],
                maxDefinition: 2)
            ])
          })
      ])
    #expect(
      try file.rows() == [
        [
          .map([
            MapEntry(key: .int64(1), value: .int64(1)), MapEntry(key: .int64(2), value: .int64(2)),
          ])
        ]
      ])
  }

  @Test func `a map without values is an ARRAY of its keys`() throws {
    let file = HandmadeFile(
      SchemaShapeTests.map(key: .leaf("key", .required, .int32), value: nil), rows: 2,
      [.v1(3, plain([Int32(1), 2, 3]), repetitions: [0, 1, 0], definitions: [1, 1, 1])])
    try file.open { #expect($0.schema[0].type == .array(.integer)) }
    #expect(try file.rows() == [[.array([.int64(1), .int64(2)])], [.array([.int64(3)])]])
  }

  @Test func `a variant is the ROW of bytes that it is stored as`() throws {
    let file = HandmadeFile(
      [
        .group(
          "v", .optional, logical: .structure([16: .structure([1: .byte(1)])]),
          [.leaf("metadata", .required, .byteArray), .leaf("value", .optional, .byteArray)])
      ],
      [
        HandmadeGroup(
          rows: 2,
          [
            HandmadeChunk([.v1(2, plain(["m"]), definitions: [1, 0])]),
            HandmadeChunk([.v1(2, plain(["v"]), definitions: [2, 0], maxDefinition: 2)]),
          ])
      ])
    #expect(try file.rows() == [[.row([.text("m"), .text("v")])], [.null]])
  }

  @Test func `leaves whose levels contradict each other are refused`() throws {
    func file(_ definitions: [Int], _ repetitions: [Int]) -> HandmadeFile {
      HandmadeFile(
        [
          .group(
            "l", .repeated,
            [.leaf("a", .required, .int32), .leaf("b", .required, .int32)])
        ],
        [
          HandmadeGroup(
            rows: 2,
            [
              HandmadeChunk([
                .v1(
                  3, plain([Int32(1), 2, 3]), repetitions: [0, 1, 0], definitions: [1, 1, 1])
              ]),
              HandmadeChunk([
                .v1(
                  definitions.count, plain([Int32](repeating: 4, count: definitions.count)),
                  repetitions: repetitions, definitions: definitions)
              ]),
            ])
        ])
    }
    #expect(try file([1, 1, 1], [0, 1, 0]).rows().count == 2)
    let refusal = "row group 0, column 'l': the levels of its values contradict each other"
    // As many elements, but one in the first row and two in the second.
    #expect(try file([1, 1, 1], [0, 0, 1]).refusal() == refusal)
    #expect(try file([1, 1], [0, 0]).refusal() == refusal)
  }

  @Test func `a first value that continues a row is refused`() throws {
    let file = HandmadeFile(
      .leaf("n", .repeated, .int32), rows: 1,
      [.v1(2, plain([Int32(1), 2]), repetitions: [1, 0], definitions: [1, 1])])
    #expect(
      try file.refusal() == "row group 0, column 'n', page 0: its first value continues a row")
  }

  @Test func `nesting is limited`() throws {
    var node = HandmadeNode.leaf("x", .required, .int32)
    for depth in 0..<63 { node = .group("g\(depth)", .required, [node]) }
    let page = HandmadePage.v1(1, plain([Int32(5)]))
    var value = Value.int64(5)
    for _ in 0..<63 { value = .row([value]) }
    #expect(try HandmadeFile(node, rows: 1, [page]).rows() == [[value]])
    let deeper = HandmadeFile(.group("g", .required, [node]), rows: 1, [page])
    #expect(try deeper.refusal() == "not supported: a schema nested deeper than 64")
  }

  @Test func `vectors of fixed size are refused by name`() throws {
    var file = HandmadeFile(.leaf("v", .required, .float), rows: 0, [])
    file.footer[2] = .list([
      .structure([4: .text("schema"), 5: .i32(1)]),
      .structure([1: .i32(4), 3: .i32(3), 4: .text("v")]),
    ])
    #expect(try file.refusal() == "not supported: vectors of fixed size")
  }

  @Test func `groups without fields are refused by name`() throws {
    let file = HandmadeFile(.group("empty", .required, []), rows: 0, [])
    #expect(try file.refusal() == "column 'empty': not supported: a group without fields")
  }
}
