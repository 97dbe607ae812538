//! What `itchy` calls the codes of the specification.

use itchy::{
    CrossType, EventCode, FinancialStatus, ImbalanceDirection, InterestFlag, IpoReleaseQualifier,
    IssueClassification, IssueSubType, LevelBreached, LuldRefPriceTier, MarketCategory, MarketMakerMode,
    MarketParticipantState, RegShoAction, Side, TradingState,
};

use super::codes;

#[rustfmt::skip]
codes! {
    LevelBreached { b"1" L1  b"2" L2  b"3" L3 };
    EventCode {
        b"O" StartOfMessages  b"S" StartOfSystemHours  b"Q" StartOfMarketHours  b"M" EndOfMarketHours
        b"E" EndOfSystemHours  b"C" EndOfMessages
    };
    MarketCategory {
        b"Q" NasdaqGlobalSelect  b"G" NasdaqGlobalMarket  b"S" NasdaqCapitalMarket  b"N" Nyse  b"A" NyseMkt
        b"P" NyseArca  b"Z" BatsZExchange  b"V" InvestorsExchange  b" " Unavailable
    };
    FinancialStatus {
        b"N" Normal  b"D" Deficient  b"E" Delinquent  b"Q" Bankrupt  b"S" Suspended  b"G" DeficientBankrupt
        b"H" DeficientDelinquent  b"J" DelinquentBankrupt  b"K" DeficientDelinquentBankrupt  b"C" EtpSuspended
        b" " Unavailable
    };
    LuldRefPriceTier { b" " Na  b"1" Tier1  b"2" Tier2 };
    MarketMakerMode { b"N" Normal  b"P" Passive  b"S" Syndicate  b"R" Presyndicate  b"L" Penalty };
    MarketParticipantState { b"A" Active  b"E" Excused  b"W" Withdrawn  b"S" Suspended  b"D" Deleted };
    RegShoAction { b"0" None  b"1" Intraday  b"2" Extant };
    TradingState { b"H" Halted  b"P" Paused  b"Q" QuotationOnly  b"T" Trading };
    Side { b"B" Buy  b"S" Sell };
    ImbalanceDirection { b"B" Buy  b"S" Sell  b"N" NoImbalance  b"O" InsufficientOrders };
    CrossType {
        b"O" Opening  b"C" Closing  b"H" IpoOrHalted  b"A" ExtendedTradingClose  b"I" Intraday
    };
    InterestFlag {
        b"B" RPIAvailableBuySide  b"S" RPIAvailableSellSide  b"A" RPIAvailableBothSides  b"N" RPINoneAvailable
    };
    IpoReleaseQualifier { b"A" Anticipated  b"C" Cancelled };
    IssueClassification {
        b"A" AmericanDepositaryShare  b"B" Bond  b"C" CommonStock  b"F" DepositoryReceipt  b"I" A144
        b"L" LimitedPartnership  b"N" Notes  b"O" OrdinaryShare  b"P" PreferredStock  b"Q" OtherSecurities
        b"R" Right  b"S" SharesOfBeneficialInterest  b"T" ConvertibleDebenture  b"U" Unit  b"V" UnitsPerBenifInt
        b"W" Warrant
    };
    IssueSubType {
        b"A " PreferredTrustSecurities  b"AI" AlphaIndexETNs  b"B " IndexBasedDerivative  b"C " CommonShares
        b"CB" CommodityBasedTrustShares  b"CF" CommodityFuturesTrustShares  b"CL" CommodityLinkedSecurities
        b"CM" CommodityIndexTrustShares  b"CO" CollateralizedMortgageObligation  b"CT" CurrencyTrustShares
        b"CU" CommodityCurrencyLinkedSecurities  b"CW" CurrencyWarrants  b"D " GlobalDepositaryShares
        b"E " ETFPortfolioDepositaryReceipt  b"EG" EquityGoldShares  b"EI" ETNEquityIndexLinkedSecurities
        b"EM" ExchangeTradedManagedFunds  b"EN" ExchangeTradedNotes  b"EU" EquityUnits  b"F " Holdrs
        b"FI" ETNFixedIncomeLinkedSecurities  b"FL" ETNFuturesLinkedSecurities  b"G " GlobalShares
        b"I " ETFIndexFundShares  b"IR" InterestRate  b"IW" IndexWarrant  b"IX" IndexLinkedExchangeableNotes
        b"J " CorporateBackedTrustSecurity  b"L " ContingentLitigationRight  b"LL" Llc
        b"M " EquityBasedDerivative  b"MF" ManagedFundShares  b"ML" ETNMultiFactorIndexLinkedSecurities
        b"MT" ManagedTrustSecurities  b"N " NYRegistryShares  b"O " OpenEndedMutualFund
        b"P " PrivatelyHeldSecurity  b"PP" PoisonPill  b"PU" PartnershipUnits  b"Q " ClosedEndFunds  b"R " RegS
        b"RC" CommodityRedeemableCommodityLinkedSecurities  b"RF" ETNRedeemableFuturesLinkedSecurities
        b"RT" REIT  b"RU" CommodityRedeemableCurrencyLinkedSecurities  b"S " Seed  b"SC" SpotRateClosing
        b"SI" SpotRateIntraday  b"T " TrackingStock  b"TC" TrustCertificates  b"TU" TrustUnits  b"U " Portal
        b"V " ContingentValueRight  b"W " TrustIssuedReceipts  b"WC" WorldCurrencyOption  b"X " Trust
        b"Y " Other  b"Z " NotApplicable
    };
}
