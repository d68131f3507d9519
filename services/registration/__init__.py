"""Registration, the front desk: agencies and their keys, workers, layoffs, jobseekers' cards."""
