// Written by tests/golden/feature-values.ts: the columns of side tables without which a feature has no value, or the same one everywhere.

export const NEEDED_COLUMNS: Readonly<Record<string, string>> = {
  index_return_1: 'index-bars.close',
  index_return_5: 'index-bars.close',
  index_return_20: 'index-bars.close',
  index_return_60: 'index-bars.close',
  index_volatility_20: 'index-bars.close',
  index_volatility_60: 'index-bars.close',
  index_trend_20: 'index-bars.close',
  index_drawdown_252: 'index-bars.close',
  index_relative_return_1: 'index-bars.close',
  index_relative_return_5: 'index-bars.close',
  index_relative_return_20: 'index-bars.close',
  index_relative_return_60: 'index-bars.close',
  index_beta_60: 'index-bars.close',
  index_correlation_60: 'index-bars.close',
  index_residual_volatility_60: 'index-bars.close',
  earnings_yield: 'statements.quarter statements.fiscal_year_end statements.profit statements.shares_outstanding',
  operating_profit_yield:
    'statements.quarter statements.fiscal_year_end statements.operating_profit statements.shares_outstanding',
  sales_to_price: 'statements.quarter statements.fiscal_year_end statements.sales statements.shares_outstanding',
  book_to_price: 'statements.quarter statements.fiscal_year_end statements.equity statements.shares_outstanding',
  cash_flow_yield:
    'statements.quarter statements.fiscal_year_end statements.operating_cash_flow statements.shares_outstanding',
  free_cash_flow_yield:
    'statements.quarter statements.fiscal_year_end statements.operating_cash_flow statements.investing_cash_flow statements.shares_outstanding',
  cash_to_price: 'statements.quarter statements.fiscal_year_end statements.cash statements.shares_outstanding',
  forecast_earnings_yield: 'statements.quarter statements.fiscal_year_end statements.shares_outstanding',
  dividend_yield: 'statements.quarter statements.fiscal_year_end statements.dividend_per_share',
  forecast_dividend_yield: 'statements.fiscal_year_end statements.forecast_dividend_per_share',
  return_on_equity: 'statements.quarter statements.fiscal_year_end statements.profit statements.equity',
  return_on_assets: 'statements.quarter statements.fiscal_year_end statements.profit statements.total_assets',
  operating_return_on_assets:
    'statements.quarter statements.fiscal_year_end statements.operating_profit statements.total_assets',
  operating_margin: 'statements.quarter statements.fiscal_year_end statements.sales statements.operating_profit',
  ordinary_margin: 'statements.quarter statements.fiscal_year_end statements.sales statements.ordinary_profit',
  net_margin: 'statements.quarter statements.fiscal_year_end statements.sales statements.profit',
  asset_turnover: 'statements.quarter statements.fiscal_year_end statements.sales statements.total_assets',
  accruals:
    'statements.quarter statements.fiscal_year_end statements.profit statements.total_assets statements.operating_cash_flow',
  cash_return_on_assets:
    'statements.quarter statements.fiscal_year_end statements.total_assets statements.operating_cash_flow',
  equity_ratio: 'statements.quarter statements.fiscal_year_end statements.total_assets statements.equity',
  leverage: 'statements.quarter statements.fiscal_year_end statements.total_assets statements.equity',
  cash_to_assets: 'statements.quarter statements.fiscal_year_end statements.total_assets statements.cash',
  own_shares: 'statements.quarter statements.fiscal_year_end statements.shares_outstanding statements.treasury_shares',
  return_on_equity_change: 'statements.quarter statements.fiscal_year_end statements.profit statements.equity',
  operating_margin_change: 'statements.quarter statements.fiscal_year_end statements.sales statements.operating_profit',
  sales_growth: 'statements.quarter statements.fiscal_year_end statements.sales',
  sales_growth_quarter: 'statements.quarter statements.fiscal_year_end statements.sales',
  operating_profit_growth: 'statements.quarter statements.fiscal_year_end statements.operating_profit',
  operating_profit_growth_quarter: 'statements.quarter statements.fiscal_year_end statements.operating_profit',
  profit_growth: 'statements.quarter statements.fiscal_year_end statements.profit',
  profit_growth_quarter: 'statements.quarter statements.fiscal_year_end statements.profit',
  profit_acceleration: 'statements.quarter statements.fiscal_year_end statements.profit',
  asset_growth: 'statements.quarter statements.fiscal_year_end statements.total_assets',
  equity_growth: 'statements.quarter statements.fiscal_year_end statements.equity',
  quarterly_profit_surprise: 'statements.quarter statements.fiscal_year_end statements.profit statements.total_assets',
  profit_surprise_to_price:
    'statements.quarter statements.fiscal_year_end statements.profit statements.shares_outstanding',
  sales_against_forecast: 'statements.quarter statements.fiscal_year_end statements.sales',
  operating_profit_against_forecast:
    'statements.quarter statements.fiscal_year_end statements.operating_profit statements.forecast_operating_profit',
  profit_against_forecast: 'statements.quarter statements.fiscal_year_end statements.profit',
  sales_forecast_revision: 'statements.fiscal_year_end statements.forecast_sales',
  sales_forecast_growth: 'statements.quarter statements.fiscal_year_end statements.sales',
  sales_progress: 'statements.quarter statements.fiscal_year_end statements.sales',
  operating_profit_forecast_revision: 'statements.fiscal_year_end statements.forecast_operating_profit',
  operating_profit_forecast_growth:
    'statements.quarter statements.fiscal_year_end statements.operating_profit statements.forecast_operating_profit',
  operating_profit_progress:
    'statements.quarter statements.fiscal_year_end statements.operating_profit statements.forecast_operating_profit',
  profit_forecast_revision: 'statements.fiscal_year_end statements.forecast_profit',
  profit_forecast_growth: 'statements.quarter statements.fiscal_year_end statements.profit',
  profit_progress: 'statements.quarter statements.fiscal_year_end statements.profit',
  profit_forecast_drift: 'statements.fiscal_year_end statements.forecast_profit',
  profit_revision_to_price:
    'statements.quarter statements.fiscal_year_end statements.shares_outstanding statements.forecast_profit',
  dividend_forecast_growth:
    'statements.quarter statements.fiscal_year_end statements.dividend_per_share statements.forecast_dividend_per_share',
  days_since_results: 'statements.quarter statements.fiscal_year_end',
  announced_dividend_yield: 'dividends.amount',
  size_class: 'listing.size_class',
  margin_class: 'listing.margin_class',
  upper_limit_hit: 'trading.upper_limit',
  upper_limit_hits_20: 'trading.upper_limit',
  lower_limit_hit: 'trading.lower_limit',
  lower_limit_hits_20: 'trading.lower_limit',
  margin_long_to_volume: 'margin-interest.long_shares',
  margin_short_to_volume: 'margin-interest.short_shares',
  margin_long_change_1w: 'margin-interest.long_shares',
  margin_short_change_1w: 'margin-interest.short_shares',
  margin_long_change_4w: 'margin-interest.long_shares',
  margin_short_change_4w: 'margin-interest.short_shares',
  margin_balance: 'margin-interest.long_shares margin-interest.short_shares',
  margin_long_negotiable_share: 'margin-interest.long_shares margin-interest.long_negotiable',
  margin_short_negotiable_share: 'margin-interest.short_shares margin-interest.short_negotiable',
  margin_watch_long: 'margin-alerts.long_of_listed',
  margin_watch_short: 'margin-alerts.short_of_listed',
  margin_watch_caution: 'margin-alerts.caution',
  sector_short_share: 'short-ratio.long_sales short-ratio.restricted_short_sales short-ratio.unrestricted_short_sales',
  sector_short_share_mean_5:
    'short-ratio.long_sales short-ratio.restricted_short_sales short-ratio.unrestricted_short_sales',
  sector_short_share_score_60:
    'short-ratio.long_sales short-ratio.restricted_short_sales short-ratio.unrestricted_short_sales',
  sector_short_share_change_5:
    'short-ratio.long_sales short-ratio.restricted_short_sales short-ratio.unrestricted_short_sales',
  short_positions_reported: 'short-positions.share_of_listed',
  short_position_share: 'short-positions.share_of_listed',
  short_position_reporters: 'short-positions.reporters',
  short_position_change: 'short-positions.share_of_listed',
  flow_foreigners:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  flow_foreigners_4w:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  flow_individuals:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  flow_individuals_4w:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  flow_trust_banks:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  flow_trust_banks_4w:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  flow_investment_trusts:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  flow_investment_trusts_4w:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  flow_proprietary:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  flow_proprietary_4w:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  flow_business_firms:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  flow_business_firms_4w:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  flow_foreigners_score_52w:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  flow_foreigners_share:
    'investor-flows.proprietary_bought investor-flows.proprietary_sold investor-flows.individuals_bought investor-flows.individuals_sold investor-flows.foreigners_bought investor-flows.foreigners_sold investor-flows.securities_firms_bought investor-flows.securities_firms_sold investor-flows.investment_trusts_bought investor-flows.investment_trusts_sold investor-flows.business_firms_bought investor-flows.business_firms_sold investor-flows.other_firms_bought investor-flows.other_firms_sold investor-flows.insurers_bought investor-flows.insurers_sold investor-flows.banks_bought investor-flows.banks_sold investor-flows.trust_banks_bought investor-flows.trust_banks_sold investor-flows.other_institutions_bought investor-flows.other_institutions_sold',
  funding_rate: 'funding.rate',
  funding_mean_3: 'funding.rate',
  funding_mean_7: 'funding.rate',
  funding_mean_30: 'funding.rate',
  funding_score_30: 'funding.rate',
  funding_percentile_90: 'funding.rate',
  funding_change_1: 'funding.rate',
  funding_change_7: 'funding.rate',
  funding_positive_share_30: 'funding.rate',
  funding_paid_30: 'funding.rate',
  open_interest_change_1: 'open-interest.amount',
  open_interest_change_5: 'open-interest.amount',
  open_interest_change_20: 'open-interest.amount',
  open_interest_score_60: 'open-interest.amount',
  open_interest_to_volume_20: 'open-interest.value',
  funding_price_divergence_5: 'funding.rate',
  funding_price_divergence_20: 'funding.rate',
  interest_price_divergence_5: 'open-interest.amount',
  interest_price_divergence_20: 'open-interest.amount',
  market_funding: 'funding.rate',
  market_funding_positive_share: 'funding.rate',
  market_open_interest_change_5: 'open-interest.amount',
  market_heat_30: 'funding.rate open-interest.amount',
};
