"""What every training run has: its steps and looks, its optimizer, its record, and how it is taken up or remembered."""
