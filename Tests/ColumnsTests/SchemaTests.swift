import Columns
import Testing

@Suite struct SchemaTests {
  @Test func `columns are found whatever their case`() {
    let schema = Schema([Field("Cost", .double), Field("day", .date)])
    #expect(schema.position(of: "COST") == 0)
    #expect(schema.field(named: "Day")?.type == .date)
    #expect(schema.position(of: "month") == nil)
  }

  @Test func `repeated names are told apart by a number, those taken already passed over`() {
    func names(_ names: [String]) -> [String] {
      Schema(names.map { Field($0, .bigint) }).withDistinctNames().names
    }
    #expect(names(["a", "b"]) == ["a", "b"])
    #expect(names(["a", "A", "a"]) == ["a", "A_1", "a_2"])
    #expect(names(["a", "a_1", "a", "A"]) == ["a", "a_1", "a_2", "A_3"])
    #expect(names(["a", "a", "a_1"]) == ["a", "a_1", "a_1_1"])
    #expect(Set(names(Array(repeating: "x", count: 10_000))).count == 10_000)
  }
}
