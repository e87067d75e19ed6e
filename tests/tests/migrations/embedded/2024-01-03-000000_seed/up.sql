INSERT INTO authors VALUES (1, 'it''s; one');
