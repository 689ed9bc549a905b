"""`bookutils new`: writes all files that a chapter or an exercise needs, from templates that a test builds."""
