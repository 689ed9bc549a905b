"""The judge: cases, comparison, diagnosis. It knows no exercise."""
