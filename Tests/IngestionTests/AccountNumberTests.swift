import Ingestion
import Testing
import Warehouse

/// Numbers of accounts, which a spreadsheet that saves a bill makes something else of.
@Suite struct AccountNumberTests {
  private let lab: Lab

  init() throws { lab = try Lab() }

  private func outcome(_ name: String, _ text: String) throws -> (isLoaded: Bool, note: String) {
    let path = try lab.write(name, text)
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    return (delivery.status == .loaded, delivery.notes.joined(separator: "; "))
  }

  private func legacy(payer: String, account: String) -> String {
    "identity/LineItemId,bill/PayerAccountId,bill/BillingPeriodStartDate,lineItem/UsageAccountId,"
      + "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/UnblendedCost\n"
      + "a,\(payer),2026-05-01T00:00:00Z,\(account),Usage,2026-05-03T00:00:00Z,USD,1\n"
      + "b,\(payer),2026-05-01T00:00:00Z,\(account),Usage,2026-05-03T00:00:00Z,USD,1\n"
  }

  @Test(arguments: [
    ("1.11111E+11", "2.22222E+11", "bill/PayerAccountId", "1.11111E+11"),
    ("111122223333", "2.22222E+11", "lineItem/UsageAccountId", "2.22222E+11"),
  ])
  func `a column of accounts that a spreadsheet has made numbers is refused`(
    _ payer: String, _ account: String, _ column: String, _ found: String
  ) throws {
    let refused = try outcome("in/bill.csv", legacy(payer: payer, account: account))
    #expect(!refused.isLoaded)
    #expect(
      refused.note.contains(
        "bill.csv, column '\(column)': expected numbers of accounts, found '\(found)' and the like "
          + "only"), "\(refused)")
    #expect(try !lab.warehouse.hasTable("cur"))
  }

  @Test(arguments: [
    ("111122223333", "012345678901"), ("111122223333", ""), ("", "111122223333"),
    ("111122223333", "42"), ("111122223333", "1111-2222-3333"),
  ])
  func `any other account is loaded as it is written`(_ payer: String, _ account: String) throws {
    let loaded = try outcome("in/bill.csv", legacy(payer: payer, account: account))
    #expect(loaded.isLoaded, "\(loaded)")
    #expect(try lab.number("SELECT count(*) FROM cur") == 2)
  }

  // MARK: Other providers

  private func focus(_ accounts: String...) -> String {
    "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,"
      + "ServiceName,SubAccountId\n"
      + accounts.map {
        "1,acme,USD,2026-05-01T00:00:00Z,Usage,2026-05-03T00:00:00Z,VM,\($0)\n"
      }.joined()
  }

  @Test func `in FOCUS a column of nothing but exponents is refused`() throws {
    let refused = try outcome("in/focus.csv", focus("", "1.11111E+11", "2.22222E+11", ""))
    #expect(!refused.isLoaded)
    #expect(
      refused.note.contains(
        "focus.csv, column 'SubAccountId': expected numbers of accounts, found '1.11111E+11' and the "
          + "like only"), "\(refused)")
  }

  @Test(arguments: [
    ["12345678901", "/subscriptions/0a0b", "000-00-000"], ["1.11111E+11", "7"], ["", ""], ["1E5"],
    ["1.1E11"], ["1.1E+"], ["E+11"], ["A1E+11"], ["1E+11E+2"],
  ])
  func `whatever other providers call accounts is loaded`(_ accounts: [String]) throws {
    let text = accounts.reduce(focus()) { $0 + focus($1).split(separator: "\n")[1] + "\n" }
    let loaded = try outcome("in/focus.csv", text)
    #expect(loaded.isLoaded, "\(loaded)")
  }
}
