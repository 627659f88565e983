/// What a reader wants to know of all bytes of a text, found on the way by who looks for records anyway.
struct CSVTextScan {
  private let newline: ByteBlock
  private let otherLineEnd: ByteBlock
  /// The bits that any byte has.
  private var union = SIMD2<UInt64>(repeating: 0)
  /// All ones where a byte of the lane is one that plain text lacks.
  private var unwanted = SIMD2<UInt64>(repeating: 0)
  /// Newlines of the last blocks, counted by lane.
  private var lanes = SIMD2<UInt64>(repeating: 0)
  private var blocksInLanes = 0
  private var newlinesBefore = 0
  /// A lane counts four bytes of a block and has room for 255.
  private static let mostBlocks = 63

  init(_ dialect: CSVDialect) {
    newline = ByteBlock(repeating: dialect.newline)
    otherLineEnd = ByteBlock(repeating: dialect.newline == 0x0A ? 0x0D : 0x0A)
  }

  /// Whether all is ASCII without NUL, and without the line end that the dialect does not have.
  var isPlain: Bool {
    unwanted[0] | unwanted[1] == 0 && (union[0] | union[1]) & Bytewise.repeated(0x80) == 0
  }

  var newlineCount: Int { newlinesBefore + Bytewise.sum(lanes[0]) + Bytewise.sum(lanes[1]) }

  @inline(__always)
  mutating func add(_ block: ByteBlock) {
    union |= block.words.folded
    unwanted |= ((block .== ByteBlock(repeating: 0)) .| (block .== otherLineEnd)).words.folded
    let ones = SIMD8(repeating: Bytewise.repeated(1))
    lanes &+= ((block .== newline).words & ones).summed
    blocksInLanes &+= 1
    if blocksInLanes == CSVTextScan.mostBlocks { emptyLanes() }
  }

  /// - Complexity: O(`bytes.count`).
  mutating func add(_ bytes: Span<UInt8>) {
    var position = 0
    while position &+ ByteBlock.size <= bytes.count {
      add(bytes.block(at: position))
      position &+= ByteBlock.size
    }
    while position < bytes.count {
      let byte = bytes[position]
      union[0] |= UInt64(byte)
      if byte == 0 || byte == otherLineEnd[0] { unwanted[0] = ~0 }
      if byte == newline[0] { newlinesBefore += 1 }
      position &+= 1
    }
  }

  private mutating func emptyLanes() {
    newlinesBefore = newlineCount
    lanes = SIMD2(repeating: 0)
    blocksInLanes = 0
  }
}
