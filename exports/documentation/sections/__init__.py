"""The sections of the dataset card, after Data Statements (E. M. Bender and B. Friedman, TACL 6,
2018) and CrowdWorkSheets (M. Díaz et al., FAccT 2022)."""
