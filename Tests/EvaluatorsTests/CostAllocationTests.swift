import Evaluators
import TestSupport
import Testing
import TextFormats

/// Shared costs: to the cent, and never more or less than the bill.
@Suite struct CostAllocationTests {
  private func splits(_ rules: String) throws -> [CostSplits.Split] {
    let text = """
      {"CostCategories": [{"Name": "Team", "Rules": [{"Value": "x"}], "SplitChargeRules": [\(rules)]}]}
      """
    let file = try CostRulesFile(try JSONValue.parse(Array(text.utf8), file: "c"), file: "c")
    return file.splits.first?.splits ?? []
  }

  private func split(
    _ method: String, source: String = "Shared", targets: String = "\"A\", \"B\", \"C\"",
    more: String = ""
  ) -> String {
    """
    {"Source": "\(source)", "Targets": [\(targets)], "Method": "\(method)"\(more)}
    """
  }

  private func totals(_ rules: String, _ costs: [String: Double]) throws -> [String: Int64] {
    CostAllocation(try splits(rules), costs: costs).totals
  }

  @Test func `evenly, the cent that is left to the first`() throws {
    #expect(
      try totals(split("EVEN"), ["A": 1, "B": 2, "C": 3, "Shared": 10])
        == ["A": 434, "B": 533, "C": 633, "Shared": 0])
  }

  @Test func `by the targets' own cost`() throws {
    #expect(
      try totals(split("PROPORTIONAL"), ["A": 10, "B": 30, "C": 0, "Shared": 8])
        == ["A": 1200, "B": 3600, "C": 0, "Shared": 0])
  }

  @Test func `by fixed percentages, of a credit too`() throws {
    let rule = split(
      "FIXED",
      more:
        ", \"Parameters\": [{\"Type\": \"ALLOCATION_PERCENTAGES\", \"Values\": [\"50\", \"30\", \"20\"]}]"
    )
    #expect(
      try totals(rule, ["A": 0, "B": 0, "C": 0, "Shared": -10])
        == ["A": -500, "B": -300, "C": -200, "Shared": 0])
  }

  @Test func `what is in no category can be shared`() throws {
    #expect(
      try totals(split("EVEN", source: "", targets: "\"A\", \"B\""), ["A": 1, "": 4])
        == ["A": 300, "B": 200, "": 0])
  }

  @Test func `without any weight it is shared evenly, and said so`() throws {
    let allocation = CostAllocation(
      try splits(split("PROPORTIONAL")), costs: ["A": 0, "Shared": 9])
    #expect(allocation.totals == ["A": 300, "B": 300, "C": 300, "Shared": 0])
    #expect(allocation.notes.first?.contains("shared evenly") == true)
  }

  @Test func `each share is an entry that is got and one that is given`() throws {
    let allocation = CostAllocation(
      try splits(split("EVEN", targets: "\"A\", \"B\"")), costs: ["A": 1, "Shared": 3])
    let shared = allocation.entries.filter { $0.kind == .shared }
    #expect(shared.map(\.value) == ["A", "Shared", "B", "Shared"])
    #expect(shared.map(\.counterpart) == ["Shared", "A", "Shared", "B"])
    #expect(shared.map(\.cents) == [150, -150, 150, -150])
  }

  @Test(arguments: 0..<50)
  func `the sum is the bill to the cent, whatever is shared how`(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let names = ["A", "B", "C", "D", "Shared", "Common", ""]
    var costs: [String: Double] = [:]
    for name in names {
      costs[name] = Double(Int.random(in: -1_000_000...100_000_000, using: &generator)) / 12_345
    }
    let fixed = ", \"Parameters\": [{\"Values\": [\"33.3\", \"66.7\"]}]"
    let rules = [
      split("PROPORTIONAL", targets: "\"A\", \"B\", \"C\", \"D\""),
      split("FIXED", source: "Common", targets: "\"A\", \"E\"", more: fixed),
      split("EVEN", source: "", targets: "\"B\", \"C\", \"D\""),
    ].joined(separator: ",")
    let allocation = CostAllocation(try splits(rules), costs: costs)
    let total = costs.values.sorted().reduce(0, +)
    let cents = allocation.totals.values.reduce(0, +)
    #expect(cents == Int64((total * 100).rounded()))
    for source in ["Shared", "Common", ""] { #expect(allocation.totals[source] == 0) }
    // A value's own cost is within a cent of what it is.
    for entry in allocation.entries where entry.kind == .own {
      #expect(abs(Double(entry.cents) - (costs[entry.value] ?? 0) * 100) < 1.0001)
    }
  }

  @Test(arguments: [
    (
      #"{"Source": "A", "Targets": ["B"], "Method": "EVEN"}, {"Source": "A", "Targets": ["C"], "Method": "EVEN"}"#,
      "'A' is the source of two splits"
    ),
    (
      #"{"Source": "A", "Targets": ["B"], "Method": "EVEN"}, {"Source": "B", "Targets": ["C"], "Method": "EVEN"}"#,
      "'B' is a source and a target"
    ),
    (#"{"Source": "A", "Targets": ["A"], "Method": "EVEN"}"#, "'A' is a source and a target"),
    (#"{"Source": "A", "Targets": ["B", "B"], "Method": "EVEN"}"#, "expected targets, each once"),
    (
      #"{"Source": "A", "Targets": ["B"], "Method": "FAIR"}"#,
      "expected one of PROPORTIONAL, EVEN, FIXED"
    ),
    (
      #"{"Source": "A", "Targets": ["B"], "Method": "FIXED", "Parameters": [{"Values": ["90"]}]}"#,
      "100 together"
    ),
  ])
  func `splits that could not keep the total are refused`(rules: String, message: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try splits(rules) }
    #expect("\(error)".contains(message), "\(error)")
  }
}
