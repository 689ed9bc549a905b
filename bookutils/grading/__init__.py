"""The instructor's side: read submissions, run them where they can harm nothing, judge outside, and report."""
