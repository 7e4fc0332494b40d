package letter

// flow prints the blocks one after the other and breaks pages where a reader
// would: never between the words that lead to a table and its first row, never
// so that a signature stands alone.
func (s *sheet) flow(blocks []block) {
	tail := tail(blocks)
	for i, b := range blocks {
		switch {
		case i == tail:
			s.need(s.tall(blocks[i:]...))
		case b.table == nil && i+1 < len(blocks) && blocks[i+1].table != nil:
			s.need(s.tall(blocks[i : i+2]...))
		default:
			s.need(s.tall(b))
		}
		s.block(b)
	}
}

// tail is where the end of the letter begins that stays on one page: the two
// paragraphs before the signature, and all that follows. Without a signature
// it is after the end.
func tail(blocks []block) int {
	for i, b := range blocks {
		if !b.signed {
			continue
		}
		first := i
		for first > 0 && first > i-2 && blocks[first-1].table == nil {
			first--
		}
		return first
	}
	return len(blocks)
}

// need turns the page when less than that height is left on it; what no page
// can hold starts where it is and turns on its way.
func (s *sheet) need(height float64) {
	if height <= bodyEnd-nextTop && s.GetY()+height > bodyEnd {
		s.AddPage()
	}
}

// tall is the height of blocks, without the space below the last; of a table it
// is that of its beginning.
func (s *sheet) tall(blocks ...block) float64 {
	total := -paragraph
	for _, b := range blocks {
		if b.table != nil {
			total += s.start(b.table) + paragraph
			continue
		}
		s.font("", fontSize)
		for _, l := range b.lines {
			total += float64(len(s.wrap(l, innerWidth))) * s.height
		}
		total += paragraph
		if b.signed {
			total += signSpace
		}
	}
	return total
}

func (s *sheet) block(b block) {
	if b.table != nil {
		s.table(b.table)
		return
	}
	s.font("", fontSize)
	if b.signed {
		s.Ln(signSpace)
	}
	for _, l := range b.lines {
		for _, piece := range s.wrap(l, innerWidth) {
			s.need(s.height)
			s.print(marginLeft, innerWidth, []string{piece})
		}
	}
	s.Ln(paragraph)
}
