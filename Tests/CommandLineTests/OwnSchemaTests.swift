import Files
import Foundation
import Testing

/// Schema files of a user's own, from the command line.
@Suite struct OwnSchemaTests {
  /// The example of `schemas/README.md` and its data.
  private static let folder = Path.join(
    Path.split(#filePath).directory, "../../schemas/examples")

  @Test func `the documented example loads as its page says`() throws {
    let workplace = try Workplace()
    let outcome = try workplace.run([
      "--schemas", OwnSchemaTests.folder, "ingest", OwnSchemaTests.folder + "/2026-05.csv",
    ])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.err.contains("Datacentre invoice"))
    #expect(outcome.err.contains("3 rows into datacentre_costs"))
    let rows = try workplace.run([
      "query",
      "SELECT day, cost_centre, amount, servers, \"Bemerkung\" FROM datacentre_costs ORDER BY 1, 2",
    ])
    #expect(
      rows.out == """
        day,cost_centre,amount,servers,Bemerkung
        2026-05-01,4711,1234.5,3,Strom; Kühlung
        2026-05-01,4712,-7.25,,Gutschrift
        2026-05-02,4711,980.0,3,

        """)
  }

  @Test func `a misspelt word in a schema ends with its place and the word that was meant`() throws
  {
    let workplace = try Workplace()
    try workplace.write(
      "mine/a.json", #"{"kind": "a", "title": "A", "table": "a", "columns": [{"nmae": "x"}]}"#)
    let outcome = try workplace.run(["--schemas", "mine", "ingest", "."])
    #expect(outcome.code == 2)
    #expect(outcome.err.contains("mine/a.json 'columns[0].nmae'"), "\(outcome.err)")
    #expect(outcome.err.contains("did you mean 'name'?"))
  }

  @Test func `the kinds that are known are listed, one's own among them`() throws {
    let workplace = try Workplace()
    let outcome = try workplace.run([
      "--schemas", OwnSchemaTests.folder, "ingest", "--kinds", "--format", "csv",
    ])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.out.hasPrefix("kind,title,table,known by\n"))
    #expect(outcome.out.contains("datacentre,Datacentre invoice,datacentre_costs,"))
    #expect(outcome.out.contains("compute-optimizer-ec2,"))
  }

  @Test func `a kind that nobody knows is answered with the one that was meant`() throws {
    let workplace = try Workplace()
    let outcome = try workplace.run(["ingest", "--report", "fokus", "."])
    #expect(outcome.code == 2)
    #expect(outcome.err.contains("did you mean 'focus'?"))
  }

  @Test func `the nightly config names a folder of schemas`() throws {
    let workplace = try Workplace()
    try workplace.write(
      "s/own.json",
      #"{"kind": "own", "title": "Own", "table": "own", "recognise": {"header": {"some": ["x", "y"]}}}"#
    )
    try workplace.write("in/a.csv", "x,y\n1,2\n")
    try workplace.write(
      "nightly.json", #"{"sources": [{"path": "in"}], "schemas": "s", "rules": []}"#)
    let outcome = try workplace.run(["nightly", "--config", "nightly.json"])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(try workplace.run(["query", "SELECT * FROM own"]).out == "x,y\n1,2\n")
  }
}
