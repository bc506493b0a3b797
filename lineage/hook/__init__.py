"""What a commit that is about to be made does to licences, notices, cards and weights."""
