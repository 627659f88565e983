import SampleData
import Testing

@Suite struct InitTests {
  @Test func `what is here becomes a config that nightly understands, and nothing is loaded`()
    throws
  {
    let workplace = try Workplace()
    try SampleData.write(to: workplace.path)
    let outcome = try workplace.run(["init", "-o", "found.json"])
    #expect(outcome.code == 0)
    #expect(outcome.out.isEmpty)
    for word in ["found  cur: ", "found  inventory: ", "found  metrics: ", "4 budgets", "wrote  "] {
      #expect(outcome.err.contains(word), "\(outcome.err)")
    }
    let config = try workplace.read("found.json")
    #expect(config.contains(#"{ "path": "cur" },"#))
    #expect(
      config.contains(
        #""budgets": ["budgets/budgets.json", "budgets/every-kind.json", "budgets/notifications.json"]"#
      ))
    #expect(!workplace.exists("lake"))
    // The same again changes nothing.
    let again = try workplace.run(["init", "-o", "found.json"])
    #expect(again.code == 0)
    #expect(again.err.contains("nothing to do"))
    #expect(try workplace.read("found.json") == config)
  }

  @Test func `paths are looked at where they are named`() throws {
    let workplace = try Workplace()
    try SampleData.write(to: workplace.path + "/data")
    let outcome = try workplace.run(["init", "data/metrics", "s3://bucket/cur", "--dry-run"])
    #expect(outcome.code == 0)
    #expect(outcome.out.contains(#"{ "path": "data/metrics" },"#))
    #expect(outcome.out.contains(#"{ "path": "s3://bucket/cur" },"#))
    #expect(!workplace.exists("nightly.json"))
  }

  @Test(arguments: [(["init"], "no report or listing found"), (["init", "nowhere"], "'nowhere'")])
  func `without anything to load there is no config`(_ words: [String], _ says: String) throws {
    let workplace = try Workplace()
    let outcome = try workplace.run(words)
    #expect(outcome.code == 2)
    #expect(outcome.err.contains(says))
    #expect(try workplace.files().isEmpty)
  }
}
