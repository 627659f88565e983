import Columns
import Execution
import Testing

@Suite struct WaitingRowsTests {
  @Test(arguments: [1, 10, 1000])
  func `asking for the size after every batch measures each column once`(batches: Int) {
    var rows = WaitingRows()
    var sizes: [Int] = []
    for batch in 0..<batches {
      rows.append(
        [0, 1],
        [Column(.bigint, .int64([1, 2])), Column(.varchar, .text(TextVector(["a", "bc"])))])
      #expect(rows.measuredCount == 2 * (batch + 1))
      sizes.append(rows.byteCount)
    }
    #expect(sizes.first ?? 0 > 0)
    #expect(sizes == (1...batches).map { $0 * (sizes.first ?? 0) })
  }

  @Test func `rows of another share come with their size and with their groups renumbered`() {
    var rows = WaitingRows()
    rows.append([0], [Column(.bigint, .int64([7]))])
    var others = WaitingRows()
    others.append([0, 1], [Column(.bigint, .int64([8, 9]))])
    let expected = rows.byteCount + others.byteCount
    rows.append(others, mapping: [5, 0])
    #expect(rows.byteCount == expected)
    #expect(rows.measuredCount == 1)
    #expect(rows.parts.map(\.groups) == [[0], [5, 0]])
  }
}
