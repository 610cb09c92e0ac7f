"""Forms in the database: the versions that documents refer to, and what administrators do to make further ones.

`catalogue` reads them, `shipping` loads those that come with the project, `outline` changes the definition of a draft,
`services` are the administrators' verbs.
"""
